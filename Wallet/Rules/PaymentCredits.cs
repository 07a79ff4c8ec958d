namespace ReelBallers.Wallet;

/// <summary>
/// What a payment brought to a wallet and what became of it: the replay of the transfers that name the payment, kept so
/// that a clawback never takes more than there was.
/// </summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="StripePaymentId">The payment.</param>
/// <param name="Paid">The credits that were paid for.</param>
/// <param name="Bonus">The bonus that came with them.</param>
internal sealed record PaymentCredits(Guid UserId, string StripePaymentId, PaymentPart Paid, PaymentPart Bonus)
{
    public static PaymentCredits Empty(Guid userId, string stripePaymentId) => new(userId, stripePaymentId, default, default);

    /// <summary>The part that money from that account belongs to.</summary>
    public PaymentPart Part(AccountType source) => source == AccountType.Stripe ? Paid : Bonus;

    public PaymentCredits With(AccountType source, PaymentPart part) =>
        source == AccountType.Stripe ? this with { Paid = part } : this with { Bonus = part };
}

/// <summary>One kind of a payment's credits, in cents.</summary>
/// <param name="CreditedCents">What it brought.</param>
/// <param name="ClawedBackCents">What was taken back, less what was reinstated.</param>
/// <param name="ExpiredCents">What expired and was not clawed back since.</param>
internal readonly record struct PaymentPart(long CreditedCents, long ClawedBackCents, long ExpiredCents)
{
    /// <summary>What a clawback can still take.</summary>
    public long LeftCents => CreditedCents - ClawedBackCents;
}
