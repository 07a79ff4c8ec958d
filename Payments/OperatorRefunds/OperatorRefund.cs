namespace ReelBallers.Payments;

/// <summary>How far a refund by an operator is. The numbers are those of the database.</summary>
internal enum OperatorRefundState : short
{
    /// <summary>To be carried out, by whoever comes first.</summary>
    Pending = 1,

    /// <summary>Stripe has given the money back and the wallet has taken the credits.</summary>
    Done = 2,

    /// <summary>Stripe said no: nothing was given back.</summary>
    Refused = 3,
}

/// <summary>A refund that an operator asked for, written down before Stripe hears of it.</summary>
internal sealed class OperatorRefund
{
    /// <summary>The operator's idempotency key.</summary>
    public required string Id { get; init; }

    public Guid CheckoutId { get; init; }

    /// <summary>As asked for; 0 for all that was left.</summary>
    public long RequestedCents { get; init; }

    /// <summary>What that was.</summary>
    public long AmountCents { get; init; }

    public bool IsForced { get; init; }

    /// <summary>As Stripe names it.</summary>
    public required string Reason { get; init; }

    public OperatorRefundState State { get; init; }

    /// <summary>Stripe's refund; null until Stripe has answered.</summary>
    public string? RefundId { get; init; }

    /// <summary>Stripe's code for its no.</summary>
    public string? Refusal { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
