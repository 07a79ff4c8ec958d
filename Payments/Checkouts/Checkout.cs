namespace ReelBallers.Payments;

/// <summary>How a purchase is paid. The numbers are stored in the database.</summary>
internal enum PurchaseSource : short
{
    /// <summary>By the user, on the page of a checkout session.</summary>
    Session = 1,

    /// <summary>By a saved card, without the user: there is a payment and no session.</summary>
    AutoTopup = 2,
}

/// <summary>One purchase, stored before Stripe is called: when it is paid, what is credited is read from this row.</summary>
internal sealed class Checkout
{
    /// <summary>The operation's id; with the attempt number, the idempotency key at Stripe.</summary>
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>Null for a free amount.</summary>
    public string? PackId { get; init; }

    /// <summary>The price.</summary>
    public long AmountCents { get; init; }

    /// <summary>ISO 4217, lower case.</summary>
    public required string Currency { get; init; }

    public long Credits { get; init; }

    public long BonusCredits { get; init; }

    public CheckoutStatus Status { get; init; }

    public PurchaseSource Source { get; init; } = PurchaseSource.Session;

    /// <summary>The least that is to be paid, tax apart, when promotion codes are accepted; null when they are not.</summary>
    public long? MinPaidCents { get; init; }

    /// <summary>Whether Stripe adds tax.</summary>
    public bool CollectsTax { get; init; }

    /// <summary>Whether Stripe makes an invoice of it.</summary>
    public bool MakesInvoice { get; init; }

    /// <summary>What was paid, less a discount and with tax; null until it is credited, and when it is the price.</summary>
    public long? PaidCents { get; init; }

    /// <summary>The discount of a promotion code.</summary>
    public long DiscountCents { get; init; }

    /// <summary>The tax in what was paid.</summary>
    public long TaxCents { get; init; }

    /// <summary>Stripe's receipt; null until it is known.</summary>
    public string? ReceiptUrl { get; init; }

    /// <summary>Stripe's invoice as a PDF; null until it is known, and without one.</summary>
    public string? InvoiceUrl { get; init; }

    /// <summary>Whether the payer's card is saved for later payments.</summary>
    public bool SavesCard { get; init; }

    /// <summary>The access that it gives, by <see cref="OfferedGrants"/>; null for none.</summary>
    public string? Grants { get; init; }

    /// <summary>The buyer's name in the outside system; null without grants, and after an erasure.</summary>
    public string? AccessUsername { get; init; }

    /// <summary>Stripe's checkout session; null until Stripe has answered, and for another source.</summary>
    public string? SessionId { get; init; }

    /// <summary>Counts the idempotency keys used to create the session: Stripe replays a failure under the same key.</summary>
    public int StripeAttempt { get; init; }

    /// <summary>The payment that paid it; stored before it is credited.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>Where Stripe sends the receipt, if known.</summary>
    public string? ReceiptEmail { get; init; }

    /// <summary>Refunded so far, in the currency's cents.</summary>
    public long RefundedCents { get; init; }

    /// <summary>In disputes that are open or lost.</summary>
    public long DisputedCents { get; init; }

    /// <summary>Credits whose claw-back was planned, less those whose reinstatement was planned.</summary>
    public long ReversedCredits { get; init; }

    /// <summary>As <see cref="ReversedCredits"/>, for the bonus.</summary>
    public long ReversedBonusCredits { get; init; }

    /// <summary>Version of the refunds and disputes: a decision based on an older version is rejected.</summary>
    public int ReversalVersion { get; init; }

    /// <summary>When the reconciler reads the payment's refunds and disputes again; null when all are final.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>When a reader of the status last had the session read from Stripe.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>Stripe's page; null until Stripe has answered.</summary>
    public string? SessionUrl { get; init; }

    /// <summary>The end of the session, as sent to Stripe; null in a row of an older version.</summary>
    public DateTimeOffset? SessionExpiresAt { get; init; }

    /// <summary>The address of the caller, or its network; null when unknown.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The click that started it, as a W3C <c>traceparent</c>: crediting continues its trace. Null without one.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the wallet confirmed the credits.</summary>
    public DateTimeOffset? CreditedAt { get; init; }

    /// <summary>What a full refund returns.</summary>
    public long RefundableCents => PaidCents ?? AmountCents;

    public long TotalCredits => Credits + BonusCredits;
}
