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

    /// <summary>The part that is funded by this account.</summary>
    public PaymentPart Part(AccountType source) => source == AccountType.Stripe ? Paid : Bonus;

    public PaymentCredits With(AccountType source, PaymentPart part) =>
        source == AccountType.Stripe ? this with { Paid = part } : this with { Bonus = part };
}

/// <summary>The paid or bonus credits of a payment, in cents.</summary>
/// <param name="CreditedCents">Credited.</param>
/// <param name="ClawedBackCents">Clawed back, less what was reinstated.</param>
/// <param name="ExpiredCents">Expired and not clawed back since.</param>
internal readonly record struct PaymentPart(long CreditedCents, long ClawedBackCents, long ExpiredCents)
{
    /// <summary>What can still be clawed back.</summary>
    public long LeftCents => CreditedCents - ClawedBackCents;
}
