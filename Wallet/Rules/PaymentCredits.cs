namespace ReelBallers.Wallet;

/// <summary>
/// The credits of a payment and what was clawed back or expired of them: the sums of the transfers that name the payment,
/// stored so that clawbacks never exceed the payment.
/// </summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="StripePaymentId">The payment.</param>
/// <param name="Paid">The credits that were paid for.</param>
/// <param name="Bonus">The bonus that came with them.</param>
internal sealed record PaymentCredits(Guid UserId, string StripePaymentId, PaymentPart Paid, PaymentPart Bonus)
{
    public static PaymentCredits Empty(Guid userId, string stripePaymentId) => new(userId, stripePaymentId, default, default);

    /// <summary>With the credits of the same payment in a wallet that was joined into this one.</summary>
    public PaymentCredits Plus(PaymentCredits joined) =>
        this with { Paid = Paid.Plus(joined.Paid), Bonus = Bonus.Plus(joined.Bonus) };

    /// <summary>The part that is funded by this account.</summary>
    public PaymentPart Part(AccountType source) => source == AccountType.Stripe ? Paid : Bonus;

    public PaymentCredits With(AccountType source, PaymentPart part) =>
        source == AccountType.Stripe ? this with { Paid = part } : this with { Bonus = part };
}

/// <summary>The paid or bonus credits of a payment, in cents.</summary>
/// <param name="CreditedCents">Credited.</param>
/// <param name="ClawedBackCents">Clawed back, less what was reinstated.</param>
/// <param name="ExpiredCents">Expired and not clawed back since.</param>
/// <param name="ExpiredTakenCents">Clawed back of what had expired, less what was reinstated.</param>
/// <param name="OwedTakenCents">Clawed back as a receivable, less what was reinstated.</param>
internal readonly record struct PaymentPart(
    long CreditedCents, long ClawedBackCents, long ExpiredCents, long ExpiredTakenCents = 0, long OwedTakenCents = 0)
{
    /// <summary>What can still be clawed back.</summary>
    public long LeftCents => CreditedCents - ClawedBackCents;

    public PaymentPart Plus(PaymentPart joined) => new(
        CreditedCents + joined.CreditedCents, ClawedBackCents + joined.ClawedBackCents, ExpiredCents + joined.ExpiredCents,
        ExpiredTakenCents + joined.ExpiredTakenCents, OwedTakenCents + joined.OwedTakenCents);

    /// <summary>After clawing back from the remaining lots, from what has expired, and as a receivable.</summary>
    public PaymentPart ClawBack(long lotCents, long expiredCents, long owedCents) => this with
    {
        ClawedBackCents = ClawedBackCents + lotCents + expiredCents + owedCents,
        ExpiredCents = ExpiredCents - expiredCents,
        ExpiredTakenCents = ExpiredTakenCents + expiredCents,
        OwedTakenCents = OwedTakenCents + owedCents,
    };

    /// <summary>
    /// What of a reinstatement was expired when it was clawed back. A clawback takes from lots, then what has expired, then
    /// as a receivable; a reinstatement goes back in the reverse order.
    /// </summary>
    public long ExpiredOf(long cents) => long.Min(cents - long.Min(cents, OwedTakenCents), ExpiredTakenCents);

    /// <summary>After reinstating these credits and returning these to what has expired.</summary>
    public PaymentPart Reinstate(long cents, long expiredCents) => this with
    {
        ClawedBackCents = ClawedBackCents - cents - expiredCents,
        ExpiredCents = ExpiredCents + expiredCents,
        ExpiredTakenCents = ExpiredTakenCents - expiredCents,
        OwedTakenCents = OwedTakenCents - long.Min(cents, OwedTakenCents),
    };
}
