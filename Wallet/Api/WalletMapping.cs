using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using Codes = ReelBallers.Wallet.V1.WalletErrorCodes;

namespace ReelBallers.Wallet;

/// <summary>Maps between the ledger and REST and gRPC.</summary>
internal static class WalletMapping
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
        OutcomeCode.WalletFrozen =>
            new(403, StatusCode.FailedPrecondition, Codes.WalletFrozen, "The wallet is frozen while a payment is in dispute"),
        OutcomeCode.InsufficientFunds => new(402, StatusCode.FailedPrecondition, Codes.InsufficientFunds, "Insufficient funds"),
        OutcomeCode.BalanceLimitExceeded => new(409, StatusCode.OutOfRange, Codes.BalanceLimitExceeded, "Balance limit exceeded"),
        OutcomeCode.LinkedCommandFailed => new(409, StatusCode.Aborted, Codes.LinkedCommandFailed, "A linked command was rejected"),
        OutcomeCode.LinkedAcrossDatabases => new(
            409, StatusCode.FailedPrecondition, Codes.LinkedAcrossDatabases, "The wallets of linked commands are in different databases"),
        OutcomeCode.InternalError => new(500, StatusCode.Internal, Codes.InternalError, "Internal error"),
        OutcomeCode.Overloaded => new(503, StatusCode.ResourceExhausted, Codes.Overloaded, "Overloaded; nothing was changed"),
        OutcomeCode.WalletBusy => new(503, StatusCode.Unavailable, Codes.WalletBusy, "The wallet is locked; nothing was changed"),
        OutcomeCode.DatabaseUnavailable => new(503, StatusCode.Unavailable, Codes.DatabaseUnavailable, "Database unavailable"),
    };

    public static V1.Entry ToEntry(this Transfer transfer) => new()
    {
        Id = transfer.EntryId(),
        ChangeCents = transfer.ChangeOf(AccountType.Wallet),
        BalanceAfterCents = transfer.BalanceAfterCents,
        Reason = transfer.Reason.ToWire(),
        JobId = transfer.JobId ?? "",
        StripePaymentId = transfer.StripePaymentId ?? "",
        Description = transfer.Description ?? "",
        CreatedAt = transfer.CreatedAt.ToTimestamp(),
    };

    public static EntryResponse ToResponse(this Transfer transfer) => new(
        transfer.EntryId(), transfer.ChangeOf(AccountType.Wallet), transfer.BalanceAfterCents,
        transfer.Reason.ToName(), transfer.JobId, transfer.StripePaymentId, transfer.Description, transfer.CreatedAt,
        // Payments answers it: the ledger is permanent, and a link to a person's receipt is not.
        transfer is { Reason: EntryReason.Topup, StripePaymentId: { } payment } ? $"/api/topup/{payment}/receipt?redirect=1" : null);

    public static Credit ToCommand(this V1.CreditRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), Amount(request.AmountCents, 1),
        request.Reason switch
        {
            V1.EntryReason.Topup => EntryReason.Topup,
            V1.EntryReason.Bonus => EntryReason.Bonus,
            V1.EntryReason.Adjustment when request.StripePaymentId.Length > 0 =>
                throw Invalid("stripe_payment_id", "is allowed for TOPUP and BONUS only"),
            V1.EntryReason.Adjustment => EntryReason.Adjustment,
            _ => throw Invalid("reason", "must be TOPUP, BONUS or ADJUSTMENT"),
        },
        Optional(request.StripePaymentId, Validation.IsPaymentId, "stripe_payment_id"), Description(request.Description),
        OptionalTime(request.ExpiresAt, "expires_at"));

    public static PlaceHold ToCommand(this V1.PlaceHoldRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), JobId(request.JobId), Amount(request.AmountCents, 1),
        Description(request.Description),
        OptionalTime(request.ExpiresAt, "expires_at"));

    public static SettleHold ToCommand(this V1.SettleHoldRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), JobId(request.JobId), Amount(request.AmountCents, 0));

    public static ReleaseHold ToCommand(this V1.ReleaseHoldRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), JobId(request.JobId), Description(request.Description));

    public static Debit ToCommand(this V1.DebitRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), JobId(request.JobId), Amount(request.AmountCents, 1),
        Description(request.Description));

    public static ClawBack ToCommand(this V1.ClawBackRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), PaymentId(request.StripePaymentId),
        Part(request.PaidCents, request.BonusCents, "paid_cents"),
        Part(request.BonusCents, request.PaidCents, "bonus_cents"), Description(request.Description));

    public static Reinstate ToCommand(this V1.ReinstateRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), PaymentId(request.StripePaymentId),
        Part(request.PaidCents, request.BonusCents, "paid_cents"),
        Part(request.BonusCents, request.PaidCents, "bonus_cents"), Description(request.Description));

    public static Freeze ToCommand(this V1.FreezeRequest request) => new(UserId(request.UserId), Reference(request.Reference));

    public static Unfreeze ToCommand(this V1.UnfreezeRequest request) => new(UserId(request.UserId), Reference(request.Reference));

    public static (Command[] Commands, bool[]? Linked) ToCommands(this V1.PostBatchRequest request)
    {
        if (request.Commands.Count is < 1 or > Ledger.MaxBatchLength)
        {
            throw Invalid("commands", $"must be 1 to {Ledger.MaxBatchLength}");
        }
        if (request.Commands[^1].Linked)
        {
            throw Invalid("linked", "the last command cannot be linked to a next one");
        }
        var commands = new Command[request.Commands.Count];
        for (var i = 0; i < commands.Length; i++)
        {
            try
            {
                commands[i] = request.Commands[i].ToCommand();
            }
            catch (RpcException exception)
            {
                throw Invalid(string.Create(CultureInfo.InvariantCulture, $"commands[{i}]"), exception.Status.Detail);
            }
        }
        var linked = request.Commands.Any(command => command.Linked) ? request.Commands.Select(command => command.Linked).ToArray() : null;
        return (commands, linked);
    }

    public static V1.BatchOutcome ToBatchOutcome(this Outcome outcome) => new()
    {
        ErrorCode = outcome.Code == OutcomeCode.Done ? "" : RejectionOf(outcome.Code).Code,
        BalanceCents = outcome.BalanceCents,
        Replayed = outcome.Replayed,
        SettledCents = outcome.SettledCents,
        RefundedCents = outcome.RefundedCents,
        RequiredCents = outcome.RequiredCents,
    };

    public static V1.Lot ToLot(this Lot lot, Guid userId) => new()
    {
        EntryId = EntryId(userId, lot.Sequence),
        Bonus = lot.IsBonus,
        StripePaymentId = lot.StripePaymentId ?? "",
        LeftCents = lot.LeftCents,
        ExpiresAt = lot.ExpiresAt?.ToTimestamp(),
    };

    private static Command ToCommand(this V1.BatchCommand command) => command.CommandCase switch
    {
        V1.BatchCommand.CommandOneofCase.Credit => command.Credit.ToCommand(),
        V1.BatchCommand.CommandOneofCase.PlaceHold => command.PlaceHold.ToCommand(),
        V1.BatchCommand.CommandOneofCase.SettleHold => command.SettleHold.ToCommand(),
        V1.BatchCommand.CommandOneofCase.ReleaseHold => command.ReleaseHold.ToCommand(),
        V1.BatchCommand.CommandOneofCase.Debit => command.Debit.ToCommand(),
        V1.BatchCommand.CommandOneofCase.None => throw Invalid("command", "is missing"),
        _ => throw Invalid("command", "is unknown"),
    };

    public static Guid UserId(string text) => Guid.TryParseExact(text, "D", out var userId) && userId != Guid.Empty
        ? userId
        : throw Invalid("user_id", "must be a UUID");

    public static Guid[] UserIds(IReadOnlyCollection<string> texts) => texts.Count is >= 1 and <= 1_000
        ? [.. texts.Select(UserId)]
        : throw Invalid("user_ids", "must be 1 to 1000 UUIDs");

    public static V1.WalletBalance ToBalance(this WalletState state, Guid userId) => new()
    {
        UserId = userId.ToString(),
        BalanceCents = state.BalanceCents,
        HeldCents = state.HeldCents,
        ReceivableCents = state.ReceivableCents,
        Frozen = state.Frozen,
    };

    public static int PageLength(int limit) => limit switch
    {
        0 => Ledger.PageLengthDefault,
        >= 1 and <= Ledger.MaxPageLength => limit,
        _ => throw Invalid("limit", $"must be 1 to {Ledger.MaxPageLength}, or 0 for {Ledger.PageLengthDefault}"),
    };

    public static StatementCursor? Cursor(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }
        return StatementCursor.TryParse(text, out var cursor) ? cursor : throw Invalid("cursor", "is not a valid next_cursor");
    }

    public static DateTimeOffset Time(Timestamp? timestamp, string field) =>
        timestamp is not null && TimeInput.TryRead(timestamp, out var instant)
        ? instant
        : throw Invalid(field, timestamp is null ? "is missing" : "must be a time in the years 1 to 9999");

    public static long LowBalance(long cents) => cents is >= 0 and <= Account.LimitCents
        ? cents
        : throw Invalid("low_balance_cents", $"must be 0 to {Account.LimitCents}");

    public static TotalsRange ToRange(this V1.GetTotalsRequest request)
    {
        var range = new TotalsRange(Time(request.From, "from"), Time(request.To, "to"), request.Period switch
        {
            V1.Period.Unspecified or V1.Period.Day => Period.Day,
            V1.Period.Month => Period.Month,
            _ => throw Invalid("period", "must be DAY or MONTH"),
        });
        return range.Error() is { } error ? throw Invalid("to", error) : range;
    }

    private static string Key(string key)
    {
        if (!Validation.IsKey(key))
        {
            throw Invalid("idempotency_key", $"must be 1 to {Validation.MaxKeyLength} printable ASCII characters");
        }
        return key.StartsWith(Debit.PublicKey, StringComparison.Ordinal)
            ? throw Invalid("idempotency_key", $"must not begin with {Debit.PublicKey}, as the keys of the REST API do")
            : key;
    }

    private static string JobId(string jobId) => Validation.IsJobId(jobId)
        ? jobId
        : throw Invalid("job_id", $"must be 1 to {Validation.MaxJobIdLength} of A-Z a-z 0-9 _ - . :");

    private static long Amount(long amountCents, long min) => amountCents >= min && amountCents <= Account.LimitCents
        ? amountCents
        : throw Invalid("amount_cents", $"must be {min} to {Account.LimitCents}");

    public static string PaymentId(string text) => text.Length > 0 && Validation.IsPaymentId(text)
        ? text
        : throw Invalid("stripe_payment_id", "is missing, too long or holds forbidden characters");

    private static string Reference(string text) => Validation.IsKey(text)
        ? text
        : throw Invalid("reference", $"must be 1 to {Validation.MaxKeyLength} printable ASCII characters");

    private static long Part(long amountCents, long otherCents, string field) =>
        amountCents is >= 0 and <= Account.LimitCents && (amountCents > 0 || otherCents > 0)
        ? amountCents
        : throw Invalid(field, $"must be 0 to {Account.LimitCents}, and one of paid_cents and bonus_cents 1 or more");

    // A time in the past is valid, since a repeated command must stay the same.
    private static DateTimeOffset? OptionalTime(Timestamp? time, string field) =>
        time is null ? null : Time(time, field).RoundUpToMicrosecond();

    private static string? Description(string text) => Optional(text, Validation.IsDescription, "description");

    private static string? Optional(string text, Func<string, bool> isValid, string field)
    {
        if (text.Length == 0)
        {
            return null;
        }
        return isValid(text) ? text : throw Invalid(field, "is too long or holds forbidden characters");
    }

    // Unique over all users, and the same in every response.
    public static string EntryId(this Transfer transfer) => EntryId(transfer.UserId, transfer.Sequence);

    /// <summary>The id of a transfer that the command's outcome names; empty without one.</summary>
    public static string TransferId(this Command command, long? sequence) =>
        sequence is { } number ? EntryId(command.UserId, number) : "";

    private static string EntryId(Guid userId, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{userId:N}-{sequence}");

    private static RpcException Invalid(string field, string message) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, Codes.InvalidArgument, $"{field}: {message}");
}
