namespace ReelBallers.Payments;

/// <summary>The state of an operator's refund. The numbers are stored in the database.</summary>
internal enum OperatorRefundState : short
{
    /// <summary>To be carried out by any replica.</summary>
    Pending = 1,

    /// <summary>Stripe has refunded the money and the wallet has taken the credits.</summary>
    Done = 2,

    /// <summary>Stripe rejected it: nothing was refunded.</summary>
    Rejected = 3,
}

/// <summary>A refund requested by an operator, stored before Stripe is called.</summary>
internal sealed class OperatorRefund
{
    /// <summary>The operator's idempotency key.</summary>
    public required string Id { get; init; }

    public Guid CheckoutId { get; init; }

    /// <summary>As requested; 0 for all that was left.</summary>
    public long RequestedCents { get; init; }

    /// <summary>The amount to refund.</summary>
    public long AmountCents { get; init; }

    public bool IsForced { get; init; }

    /// <summary>One of Stripe's reasons.</summary>
    public required string Reason { get; init; }

    public OperatorRefundState State { get; init; }

    /// <summary>Stripe's refund; null until Stripe has answered.</summary>
    public string? RefundId { get; init; }

    /// <summary>Stripe's code for its rejection.</summary>
    public string? Rejection { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>The operator's call, as a W3C <c>traceparent</c>: retries continue its trace. Null without one.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
