using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace ReelBallers.Wallet;

/// <summary>Maps the rows of the ledger to REST and gRPC.</summary>
internal static class WalletMapping
{
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

    public static V1.Lot ToLot(this Lot lot, Guid userId) => new()
    {
        EntryId = EntryId(userId, lot.Sequence),
        Bonus = lot.IsBonus,
        StripePaymentId = lot.StripePaymentId ?? "",
        LeftCents = lot.LeftCents,
        ExpiresAt = lot.ExpiresAt?.ToTimestamp(),
    };

    /// <summary>The credits of a payment, with what is left of them in these lots.</summary>
    public static V1.GetPaymentCreditsResponse ToResponse(this PaymentCredits payment, LotBook lots)
    {
        var unspent = lots.Spendable.Where(lot => lot.StripePaymentId == payment.StripePaymentId).ToLookup(
            lot => lot.IsBonus, lot => lot.LeftCents);
        return new V1.GetPaymentCreditsResponse
        {
            PaidCents = payment.Paid.CreditedCents,
            BonusCents = payment.Bonus.CreditedCents,
            PaidClawedBackCents = payment.Paid.ClawedBackCents,
            BonusClawedBackCents = payment.Bonus.ClawedBackCents,
            PaidUnspentCents = unspent[false].Sum(),
            BonusUnspentCents = unspent[true].Sum(),
        };
    }

    public static V1.WalletBalance ToBalance(this WalletState state, Guid userId) => new()
    {
        UserId = userId.ToString(),
        BalanceCents = state.BalanceCents,
        HeldCents = state.HeldCents,
        ReceivableCents = state.ReceivableCents,
        Frozen = state.Frozen,
    };

    // Unique over all users, and the same in every response.
    public static string EntryId(this Transfer transfer) => EntryId(transfer.UserId, transfer.Sequence);

    /// <summary>The id of a transfer that the command's outcome names; empty without one.</summary>
    public static string TransferId(this Command command, long? sequence) =>
        sequence is { } number ? EntryId(command.UserId, number) : "";

    private static string EntryId(Guid userId, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{userId:N}-{sequence}");
}
