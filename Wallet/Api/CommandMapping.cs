using System.Globalization;
using Grpc.Core;
using static ReelBallers.Wallet.RequestFields;

namespace ReelBallers.Wallet;

/// <summary>Maps gRPC requests to commands.</summary>
internal static class CommandMapping
{
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

    public static Deduct ToCommand(this V1.DeductRequest request) => new(
        UserId(request.UserId), Key(request.IdempotencyKey), Amount(request.AmountCents, 1), Description(request.Description));

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

    public static JoinWallets ToCommand(this V1.JoinWalletsRequest request)
    {
        var (from, into) = (UserId(request.FromUserId, "from_user_id"), UserId(request.IntoUserId, "into_user_id"));
        return from == into
            ? throw Invalid("into_user_id", "must be another user than from_user_id")
            : new JoinWallets(
                from, Key(request.IdempotencyKey), into, Actor(request.Actor),
                Optional(request.Reason, Validation.IsDescription, "reason"));
    }

    public static Forfeit ToCommand(this V1.ForfeitCreditsRequest request) =>
        new(UserId(request.UserId), Key(request.IdempotencyKey), Amount(request.LimitCents, 0, "limit_cents"));

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
}
