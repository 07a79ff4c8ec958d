namespace ReelBallers.Wallet;

/// <summary>What the transfers that name a payment say about its credits.</summary>
internal static class ReplayedPayment
{
    /// <summary>The credits with the next transfer.</summary>
    /// <param name="payment">The credits so far.</param>
    /// <param name="transfer">The transfer, which names the payment.</param>
    /// <param name="ofBonus">Whether it takes from a lot of bonus credits.</param>
    public static PaymentCredits Add(this PaymentCredits payment, Transfer transfer, bool ofBonus)
    {
        var source = transfer switch
        {
            { DebitAccount: AccountType.Stripe or AccountType.Promo } => transfer.DebitAccount,
            { CreditAccount: AccountType.Stripe or AccountType.Promo } => transfer.CreditAccount,
            _ => ofBonus ? AccountType.Promo : AccountType.Stripe,
        };
        var (part, cents) = (payment.Part(source), transfer.AmountCents);
        return payment.With(source, transfer switch
        {
            { Reason: EntryReason.Topup or EntryReason.Bonus } => part with { CreditedCents = part.CreditedCents + cents },
            { Reason: EntryReason.Adjustment, CreditAccount: AccountType.Revenue } => part.Reinstate(0, cents),
            { Reason: EntryReason.Adjustment } => part.Reinstate(cents, 0),
            { Reason: EntryReason.Expiry or EntryReason.Forfeiture } => part with { ExpiredCents = part.ExpiredCents + cents },
            { Reason: EntryReason.Clawback, DebitAccount: AccountType.Revenue } => part.ClawBack(0, cents, 0),
            { Reason: EntryReason.Clawback, DebitAccount: AccountType.Receivable } => part.ClawBack(0, 0, cents),
            { Reason: EntryReason.Clawback } => part.ClawBack(cents, 0, 0),
            _ => part,
        });
    }
}
