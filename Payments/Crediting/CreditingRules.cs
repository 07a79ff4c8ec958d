using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>Pure: decides from our row and Stripe's session. The amount credited is our row's, if the session matches it.</summary>
internal static class CreditingRules
{
    public static CreditingOutcome Decide(Checkout checkout, Session session, SessionHint hint) => IsUnderstood(session)
        ? session.PaymentStatus switch
        {
            "paid" => DecidePaid(checkout, session),
            "no_payment_required" => CreditingOutcome.NothingPaid,
            _ => DecideUnpaid(checkout, session, hint),
        }
        : CreditingOutcome.UnknownStatus;

    /// <summary>Whether the payment was refunded or disputed since, in whole or in part.</summary>
    public static bool HasReversals(Session session) =>
        session.PaymentIntent?.LatestCharge is { } charge && (charge.AmountRefunded > 0 || charge.Refunded || charge.Disputed);

    // Every status is one that Stripe documents. A value that is not is never guessed.
    private static bool IsUnderstood(Session session) =>
        session.PaymentStatus is null or "paid" or "unpaid" or "no_payment_required"
        && session.Status is null or "open" or "complete" or "expired"
        && session.PaymentIntent?.Status is null or "requires_payment_method" or "requires_confirmation" or "requires_action"
            or "processing" or "requires_capture" or "canceled" or "succeeded";

    // A paid session is credited even if our row is final: the money was received.
    private static CreditingOutcome DecidePaid(Checkout checkout, Session session)
    {
        if (session.ClientReferenceId != checkout.UserId.ToString())
        {
            return CreditingOutcome.UserMismatch;
        }
        if (session.AmountTotal != checkout.AmountCents)
        {
            return CreditingOutcome.AmountMismatch;
        }
        if (session.Currency != checkout.Currency || !IsIn(checkout.Currency, session.PaymentIntent?.Currency)
            || !IsIn(checkout.Currency, session.PaymentIntent?.LatestCharge?.Currency))
        {
            return CreditingOutcome.CurrencyMismatch;
        }
        if (string.IsNullOrEmpty(session.PaymentIntentId)
            || (checkout.PaymentIntentId is not null && checkout.PaymentIntentId != session.PaymentIntentId))
        {
            return CreditingOutcome.PaymentMismatch;
        }
        return checkout.CreditedAt is null ? CreditingOutcome.Credited : CreditingOutcome.AlreadyCredited;
    }

    private static bool IsIn(string currency, string? actual) => actual is null || actual == currency;

    private static CreditingOutcome DecideUnpaid(Checkout checkout, Session session, SessionHint hint)
    {
        var (over, outcome) = (session.Status, hint) switch
        {
            ("expired", _) => (true, CreditingOutcome.Expired),
            ("complete", SessionHint.AsyncPaymentFailed) => (true, CreditingOutcome.Failed),
            ("complete", _) => (false, CreditingOutcome.Waiting),
            _ => (false, CreditingOutcome.StillOpen),
        };
        return over && checkout.Status != CheckoutStatus.Open ? CreditingOutcome.AlreadyFinal : outcome;
    }
}
