using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>Pure: our row and Stripe's session in, what has to happen out. Money follows our row, if the session agrees.</summary>
internal static class SettlementRules
{
    public static SettlementOutcome Decide(Checkout checkout, Session session, SessionNews news) => session.PaymentStatus switch
    {
        "paid" => DecidePaid(checkout, session),
        "no_payment_required" => SettlementOutcome.NothingPaid,
        _ => DecideUnpaid(checkout, session, news),
    };

    // A paid session is credited whatever our row says: a status that is final for us cannot undo that money came in.
    private static SettlementOutcome DecidePaid(Checkout checkout, Session session)
    {
        if (session.ClientReferenceId != checkout.UserId.ToString())
        {
            return SettlementOutcome.UserMismatch;
        }
        if (session.AmountTotal != checkout.AmountCents)
        {
            return SettlementOutcome.AmountMismatch;
        }
        if (session.Currency != checkout.Currency)
        {
            return SettlementOutcome.CurrencyMismatch;
        }
        if (string.IsNullOrEmpty(session.PaymentIntentId)
            || (checkout.PaymentIntentId is not null && checkout.PaymentIntentId != session.PaymentIntentId))
        {
            return SettlementOutcome.PaymentMismatch;
        }
        return checkout.CreditedAt is null ? SettlementOutcome.Credited : SettlementOutcome.AlreadyCredited;
    }

    private static SettlementOutcome DecideUnpaid(Checkout checkout, Session session, SessionNews news)
    {
        var (over, outcome) = (session.Status, news) switch
        {
            ("expired", _) => (true, SettlementOutcome.Expired),
            ("complete", SessionNews.AsyncPaymentFailed) => (true, SettlementOutcome.Failed),
            ("complete", _) => (false, SettlementOutcome.Waiting),
            _ => (false, SettlementOutcome.StillOpen),
        };
        return over && checkout.Status != CheckoutStatus.Open ? SettlementOutcome.AlreadyFinal : outcome;
    }
}
