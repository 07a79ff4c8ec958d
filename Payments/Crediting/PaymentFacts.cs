using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>How the payment of a purchase stands at Stripe.</summary>
internal enum PaymentState
{
    /// <summary>Not paid yet.</summary>
    Open,

    /// <summary>The payer is done; the bank's payment is pending.</summary>
    Waiting,

    /// <summary>Paid.</summary>
    Paid,

    /// <summary>Stripe required no payment.</summary>
    NothingDue,

    /// <summary>It was not paid in time.</summary>
    Expired,

    /// <summary>The bank rejected it.</summary>
    Failed,

    /// <summary>A status that this version does not know. It is never guessed.</summary>
    Unknown,
}

/// <summary>What Stripe says about the payment of a purchase: read from its session, or from the payment itself.</summary>
internal sealed record PaymentFacts
{
    public required PaymentState State { get; init; }

    /// <summary>As the purchase was made with.</summary>
    public required string? UserId { get; init; }

    /// <summary>What was paid; null when Stripe does not say.</summary>
    public required long? AmountCents { get; init; }

    /// <summary>The price, before a discount and tax; null when Stripe does not say.</summary>
    public required long? SubtotalCents { get; init; }

    public long DiscountCents { get; init; }

    public long TaxCents { get; init; }

    /// <summary>Stripe's invoice as a PDF, if there is one.</summary>
    public string? InvoiceUrl { get; init; }

    /// <summary>Of the session, the payment and the charge, as far as there are.</summary>
    public required IReadOnlyList<string?> Currencies { get; init; }

    public required string? PaymentIntentId { get; init; }

    /// <summary>The latest charge, as it is now.</summary>
    public Charge? Charge { get; init; }

    /// <summary>Why the bank rejected a payment without a session; null otherwise.</summary>
    public StripeError? Error { get; init; }

    /// <summary>Whether a payment without a session waits for the payer to confirm it at the bank.</summary>
    public bool NeedsPayer { get; init; }

    /// <summary>Null for a payment without a session.</summary>
    public string? SessionId { get; init; }

    /// <summary>The payer's, if known.</summary>
    public string? Email { get; init; }

    /// <summary>Stripe's statuses, for an operator.</summary>
    public required string Statuses { get; init; }

    /// <summary>Whether it was refunded or disputed since, in whole or in part.</summary>
    public bool HasReversals => Charge is { } charge && (charge.AmountRefunded > 0 || charge.Refunded || charge.Disputed);

    /// <summary>Without the e-mail and the links.</summary>
    public override string ToString() => $"{nameof(PaymentFacts)} {PaymentIntentId} {State}";

    public static PaymentFacts Of(Session session, SessionHint hint) => new()
    {
        State = StateOf(session, hint),
        UserId = session.ClientReferenceId,
        AmountCents = session.AmountTotal,
        SubtotalCents = session.AmountSubtotal ?? session.AmountTotal,
        DiscountCents = session.TotalDetails?.AmountDiscount ?? 0,
        TaxCents = session.TotalDetails?.AmountTax ?? 0,
        InvoiceUrl = session.Invoice?.InvoicePdf,
        // A session must say it; the payment and its charge may not be expanded.
        Currencies = [session.Currency ?? "", session.PaymentIntent?.Currency, session.PaymentIntent?.LatestCharge?.Currency],
        PaymentIntentId = session.PaymentIntentId,
        Charge = session.PaymentIntent?.LatestCharge,
        SessionId = session.Id,
        Email = session.CustomerDetails?.Email,
        Statuses = $"Session {session.Status}, {session.PaymentStatus}; payment {session.PaymentIntent?.Status}.",
    };

    /// <summary>Of a payment by a saved card, which is confirmed when it is created.</summary>
    public static PaymentFacts Of(PaymentIntent payment) => new()
    {
        State = payment.Status switch
        {
            "succeeded" => PaymentState.Paid,
            "processing" or "requires_capture" => PaymentState.Waiting,
            "requires_payment_method" or "requires_action" or "canceled" => PaymentState.Failed,
            "requires_confirmation" => PaymentState.Open,
            _ => PaymentState.Unknown,
        },
        UserId = payment.Metadata?.GetValueOrDefault("user_id"),
        AmountCents = payment.AmountReceived,
        SubtotalCents = payment.AmountReceived,
        Currencies = [payment.Currency ?? "", payment.LatestCharge?.Currency],
        PaymentIntentId = payment.Id,
        Charge = payment.LatestCharge,
        Error = payment.LastPaymentError,
        NeedsPayer = payment.Status == "requires_action",
        Statuses = $"Payment {payment.Status}.",
    };

    private static PaymentState StateOf(Session session, SessionHint hint) => !IsUnderstood(session)
        ? PaymentState.Unknown
        : (session.PaymentStatus, session.Status, hint) switch
        {
            ("paid", _, _) => PaymentState.Paid,
            ("no_payment_required", _, _) => PaymentState.NothingDue,
            (_, "expired", _) => PaymentState.Expired,
            (_, "complete", SessionHint.AsyncPaymentFailed) => PaymentState.Failed,
            (_, "complete", _) => PaymentState.Waiting,
            _ => PaymentState.Open,
        };

    // Every status is one that Stripe documents.
    private static bool IsUnderstood(Session session) =>
        session.PaymentStatus is null or "paid" or "unpaid" or "no_payment_required"
        && session.Status is null or "open" or "complete" or "expired"
        && session.PaymentIntent?.Status is null or "requires_payment_method" or "requires_confirmation" or "requires_action"
            or "processing" or "requires_capture" or "canceled" or "succeeded";
}
