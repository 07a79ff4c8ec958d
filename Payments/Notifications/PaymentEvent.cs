namespace ReelBallers.Payments;

/// <summary>What happened to a payment. The numbers are those of the database.</summary>
internal enum PaymentEventType : short
{
    Credited = 1,
    Refunded = 2,
    RefundFailed = 3,
    Disputed = 4,
    DisputeWon = 5,
    DisputeLost = 6,
}

/// <summary>Something that others want to hear of; committed together with what it tells.</summary>
internal sealed class PaymentEvent
{
    /// <summary>Given by the database; commits in its order.</summary>
    public long Sequence { get; init; }

    public PaymentEventType Type { get; init; }

    public Guid UserId { get; init; }

    public required string SessionId { get; init; }

    public required string PaymentIntentId { get; init; }

    /// <summary>The refund's or the dispute's id; empty for a credit.</summary>
    public required string Reference { get; init; }

    public long AmountCents { get; init; }

    public long Credits { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
