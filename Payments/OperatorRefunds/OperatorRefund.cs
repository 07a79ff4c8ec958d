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

    /// <summary>All attempts failed: an operator must act.</summary>
    Dead = 4,
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

    /// <summary>Who asked for it.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why, in the operator's words.</summary>
    public string Note { get; init; } = "";

    public OperatorRefundState State { get; init; }

    /// <summary>Stripe's refund; null until Stripe has answered.</summary>
    public string? RefundId { get; set; }

    /// <summary>Whether its credits are taken, or about to be: before Stripe is asked for the refund.</summary>
    public bool AreCreditsTaken { get; init; }

    /// <summary>Counts how often it was started, by the first request and by operators after it was dead.</summary>
    public int Generation { get; init; }

    /// <summary>Stripe's code for its rejection, or <c>credits_spent</c>.</summary>
    public string? Rejection { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>The operator's call, as a W3C <c>traceparent</c>: retries continue its trace. Null without one.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
