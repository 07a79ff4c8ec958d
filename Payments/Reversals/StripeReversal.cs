namespace ReelBallers.Payments;

/// <summary>What reverses a payment. The numbers are stored in the database.</summary>
internal enum ReversalKind : short
{
    Refund = 1,
    Dispute = 2,

    /// <summary>An operator's refund whose credits are taken before Stripe refunds; Stripe's refund takes its place.</summary>
    Order = 3,
}

/// <summary>A refund, a dispute or an operator's order in the state that was last applied.</summary>
internal sealed class StripeReversal
{
    /// <summary>Stripe's id.</summary>
    public required string Id { get; init; }

    public ReversalKind Kind { get; init; }

    public Guid CheckoutId { get; init; }

    public long AmountCents { get; init; }

    /// <summary>Stripe's status.</summary>
    public required string Status { get; init; }

    /// <summary>Until when the bank takes evidence for a dispute; null when it is not known.</summary>
    public DateTimeOffset? EvidenceDueBy { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
