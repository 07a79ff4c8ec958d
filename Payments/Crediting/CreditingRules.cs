namespace ReelBallers.Payments;

/// <summary>Pure: decides from our row and Stripe's payment. The amount credited is our row's, if the payment matches it.</summary>
internal static class CreditingRules
{
    public static CreditingOutcome Decide(Checkout checkout, PaymentFacts payment) => payment.State switch
    {
        PaymentState.Paid => DecidePaid(checkout, payment),
        PaymentState.NothingDue => CreditingOutcome.NothingPaid,
        PaymentState.Expired => Ended(checkout, CreditingOutcome.Expired),
        PaymentState.Failed => Ended(checkout, CreditingOutcome.Failed),
        PaymentState.Waiting => CreditingOutcome.Waiting,
        PaymentState.Open => CreditingOutcome.StillOpen,
        PaymentState.Unknown => CreditingOutcome.UnknownStatus,
    };

    private static CreditingOutcome Ended(Checkout checkout, CreditingOutcome outcome) =>
        checkout.Status == CheckoutStatus.Open ? outcome : CreditingOutcome.AlreadyFinal;

    // A paid purchase is credited even if our row is final: the money was received.
    private static CreditingOutcome DecidePaid(Checkout checkout, PaymentFacts payment)
    {
        if (payment.UserId != checkout.UserId.ToString())
        {
            return CreditingOutcome.UserMismatch;
        }
        if (payment.AmountCents != checkout.AmountCents)
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
