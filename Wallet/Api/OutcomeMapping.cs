using System.Globalization;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using Codes = ReelBallers.Wallet.V1.WalletErrorCodes;

namespace ReelBallers.Wallet;

/// <summary>Maps the outcomes of commands to REST and gRPC.</summary>
internal static class OutcomeMapping
{
    /// <summary>A rejection in REST and gRPC.</summary>
    /// <param name="Http">The REST status.</param>
    /// <param name="Grpc">The gRPC status.</param>
    /// <param name="Code">Stable, the same in both.</param>
    /// <param name="Title">For people.</param>
    private readonly record struct Rejection(int Http, StatusCode Grpc, string Code, string Title);

    public static IResult ToProblem(this Outcome outcome)
    {
        if (outcome.Code == OutcomeCode.InsufficientFunds)
        {
            return Problems.InsufficientFunds(outcome.BalanceCents, outcome.RequiredCents);
        }
        var rejection = RejectionOf(outcome.Code);
        return Problems.Of(rejection.Http, rejection.Code, rejection.Title);
    }

    public static RpcException ToRpcException(this Outcome outcome)
    {
        var rejection = RejectionOf(outcome.Code);
        return outcome.Code == OutcomeCode.InsufficientFunds
            ? RpcErrors.Reject(rejection.Grpc, rejection.Code, rejection.Title,
                ("balance-cents", outcome.BalanceCents.ToString(CultureInfo.InvariantCulture)),
                ("required-cents", outcome.RequiredCents.ToString(CultureInfo.InvariantCulture)))
            : RpcErrors.Reject(rejection.Grpc, rejection.Code, rejection.Title);
    }

    /// <summary>The stable code of a rejection.</summary>
    public static string ToErrorCode(this OutcomeCode code) => RejectionOf(code).Code;

    private static Rejection RejectionOf(OutcomeCode code) => code switch
    {
        OutcomeCode.Done => throw new ArgumentOutOfRangeException(nameof(code), code, "This is not a rejection."),
        OutcomeCode.IdempotencyKeyReused => new(409, StatusCode.AlreadyExists, Codes.IdempotencyKeyReused, "Idempotency key reused"),
        OutcomeCode.HoldNotFound => new(404, StatusCode.NotFound, Codes.HoldNotFound, "Hold not found"),
        OutcomeCode.HoldExists => new(409, StatusCode.AlreadyExists, Codes.HoldExists, "Hold already exists"),
        OutcomeCode.HoldReleased => new(409, StatusCode.FailedPrecondition, Codes.HoldReleased, "Hold already released"),
        OutcomeCode.HoldSettled => new(409, StatusCode.FailedPrecondition, Codes.HoldSettled, "Hold already settled"),
        OutcomeCode.HoldExpired => new(409, StatusCode.FailedPrecondition, Codes.HoldExpired, "Hold expired"),
        OutcomeCode.SettleExceedsHold => new(400, StatusCode.InvalidArgument, Codes.SettleExceedsHold, "Amount exceeds the hold"),
        OutcomeCode.PaymentNotFound => new(404, StatusCode.NotFound, Codes.PaymentNotFound, "Payment not found in this wallet"),
        OutcomeCode.NothingToClawBack =>
            new(409, StatusCode.FailedPrecondition, Codes.NothingToClawBack, "The payment is already clawed back completely"),
        OutcomeCode.NothingToReinstate =>
            new(409, StatusCode.FailedPrecondition, Codes.NothingToReinstate, "Nothing of the payment is clawed back"),
        OutcomeCode.NotDue => new(409, StatusCode.FailedPrecondition, Codes.NotDue, "Not due, or nothing left"),
        OutcomeCode.AlreadyJoined =>
            new(409, StatusCode.FailedPrecondition, Codes.AlreadyJoined, "The wallet was joined into another one before"),
        OutcomeCode.JoinCycle => new(409, StatusCode.FailedPrecondition, Codes.JoinCycle, "The other wallet was joined into this one"),
        OutcomeCode.HoldsOpen => new(409, StatusCode.FailedPrecondition, Codes.HoldsOpen, "Jobs still hold credits of the wallet"),
        OutcomeCode.WalletJoined => new(
            403, StatusCode.FailedPrecondition, Codes.WalletJoined, "The credits of this session were moved to the account: sign in again"),
        OutcomeCode.WalletFrozen =>
            new(403, StatusCode.FailedPrecondition, Codes.WalletFrozen, "The wallet is frozen while a payment is in dispute"),
        OutcomeCode.InsufficientFunds => new(402, StatusCode.FailedPrecondition, Codes.InsufficientFunds, "Insufficient funds"),
        OutcomeCode.BalanceLimitExceeded => new(409, StatusCode.OutOfRange, Codes.BalanceLimitExceeded, "Balance limit exceeded"),
        OutcomeCode.LinkedCommandFailed => new(409, StatusCode.Aborted, Codes.LinkedCommandFailed, "A linked command was rejected"),
        OutcomeCode.LinkedAcrossDatabases => new(
            409, StatusCode.FailedPrecondition, Codes.LinkedAcrossDatabases, "The wallets are in different databases"),
        OutcomeCode.InternalError => new(500, StatusCode.Internal, Codes.InternalError, "Internal error"),
        OutcomeCode.Overloaded => new(503, StatusCode.ResourceExhausted, Codes.Overloaded, "Overloaded; nothing was changed"),
        OutcomeCode.WalletBusy => new(503, StatusCode.Unavailable, Codes.WalletBusy, "The wallet is locked; nothing was changed"),
        OutcomeCode.DatabaseUnavailable => new(503, StatusCode.Unavailable, Codes.DatabaseUnavailable, "Database unavailable"),
    };

    public static V1.BatchOutcome ToBatchOutcome(this Outcome outcome) => new()
    {
        ErrorCode = outcome.Code == OutcomeCode.Done ? "" : RejectionOf(outcome.Code).Code,
        BalanceCents = outcome.BalanceCents,
        Replayed = outcome.Replayed,
        SettledCents = outcome.SettledCents,
        RefundedCents = outcome.RefundedCents,
        RequiredCents = outcome.RequiredCents,
    };
}
