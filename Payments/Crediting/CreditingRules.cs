namespace ReelBallers.Payments;

/// <summary>Pure: decides from our row and Stripe's payment. The amount credited is our row's, if the payment matches it.</summary>
internal static class CreditingRules
{
    public static CreditingOutcome Decide(Checkout checkout, PaymentFacts payment) => payment.State switch
    {
        PaymentState.Paid => DecidePaid(checkout, payment),
        // A code that takes the whole price was accepted: there is nothing to credit, and no one has paid.
        PaymentState.NothingDue => checkout.MinPaidCents is null
            ? CreditingOutcome.NothingPaid : Ended(checkout, CreditingOutcome.Failed),
        PaymentState.Expired => Ended(checkout, CreditingOutcome.Expired),
        PaymentState.Failed => Ended(checkout, CreditingOutcome.Failed),
        PaymentState.Waiting => CreditingOutcome.Waiting,
        PaymentState.Open => CreditingOutcome.StillOpen,
        PaymentState.Unknown => CreditingOutcome.UnknownStatus,
    };

    /// <summary>
    /// The credits for what was paid: those of the purchase; when the discount is larger than allowed, one for each cent that was paid
    /// and no bonus.
    /// </summary>
    public static (long Credits, long BonusCredits) CreditsFor(Checkout checkout, PaymentFacts payment) =>
        IsBelowFloor(checkout, payment)
            ? (Math.Min(checkout.Credits, checkout.AmountCents - payment.DiscountCents), 0)
            : (checkout.Credits, checkout.BonusCredits);

    /// <summary>Whether the discount is larger than allowed.</summary>
    public static bool IsBelowFloor(Checkout checkout, PaymentFacts payment) =>
        checkout.AmountCents - payment.DiscountCents < (checkout.MinPaidCents ?? 0);

    // Our price; a discount and tax only as far as the purchase was offered with them, and nothing else in the total.
    private static bool IsOurPrice(Checkout checkout, PaymentFacts payment)
    {
        var net = checkout.AmountCents - payment.DiscountCents;
        return payment.SubtotalCents == checkout.AmountCents
            && (payment.DiscountCents == 0 || (checkout.MinPaidCents is not null && payment.DiscountCents > 0 && net > 0))
            && (payment.TaxCents == 0 || (checkout.CollectsTax && payment.TaxCents > 0))
            // The price may contain the tax.
            && (payment.AmountCents == net || payment.AmountCents == net + payment.TaxCents);
    }

    private static CreditingOutcome Ended(Checkout checkout, CreditingOutcome outcome) =>
        checkout.Status == CheckoutStatus.Open ? outcome : CreditingOutcome.AlreadyFinal;

    // A paid purchase is credited even if our row is final: the money was received.
    private static CreditingOutcome DecidePaid(Checkout checkout, PaymentFacts payment)
    {
        if (payment.UserId != checkout.UserId.ToString())
        {
            return CreditingOutcome.UserMismatch;
        }
        if (!IsOurPrice(checkout, payment))
        {
            return CreditingOutcome.AmountMismatch;
        }
        if (payment.Currencies.Any(currency => currency is not null && currency != checkout.Currency))
        {
            return CreditingOutcome.CurrencyMismatch;
        }
        if (string.IsNullOrEmpty(payment.PaymentIntentId)
            || (checkout.PaymentIntentId is not null && checkout.PaymentIntentId != payment.PaymentIntentId))
        {
            return CreditingOutcome.PaymentMismatch;
        }
        return checkout.CreditedAt is null ? CreditingOutcome.Credited : CreditingOutcome.AlreadyCredited;
    }
}
