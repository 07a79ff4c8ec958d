using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What happened to a payment. The numbers are stored in the database.</summary>
internal enum PaymentEventType : short
{
    Credited = 1,
    Refunded = 2,
    RefundFailed = 3,
    Disputed = 4,
    DisputeWon = 5,
    DisputeLost = 6,

    /// <summary>The user's automatic top-ups have stopped.</summary>
    AutoTopupStopped = 7,

    /// <summary>The user's bank wants the user to confirm a payment: a checkout is waiting.</summary>
    AutoTopupActionRequired = 8,
}

/// <summary>An event for other services, committed together with the change that it reports.</summary>
internal sealed class PaymentEvent : IStoredEvent
{
    /// <inheritdoc />
    public long Sequence { get; init; }

    public PaymentEventType Type { get; init; }

    public Guid UserId { get; init; }

    public required string SessionId { get; init; }

    public required string PaymentIntentId { get; init; }

    /// <summary>The refund's or the dispute's id, or why automatic top-ups have stopped; empty for a credit.</summary>
    public required string Reference { get; init; }

    public long AmountCents { get; init; }

    public long Credits { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
