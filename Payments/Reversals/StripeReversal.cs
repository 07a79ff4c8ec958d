namespace ReelBallers.Payments;

/// <summary>What takes a payment back. The numbers are those of the database.</summary>
internal enum ReversalKind : short
{
    Refund = 1,
    Dispute = 2,
}

/// <summary>A refund or a dispute, as we knew it when we last acted on it.</summary>
internal sealed class StripeReversal
{
    /// <summary>Stripe's id.</summary>
    public required string Id { get; init; }

    public ReversalKind Kind { get; init; }

    public Guid CheckoutId { get; init; }

    public long AmountCents { get; init; }

    /// <summary>As Stripe says it.</summary>
    public required string Status { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
