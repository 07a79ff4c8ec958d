namespace ReelBallers.Payments;

/// <summary>
/// The payment of an automatic top-up: committed with its purchase before Stripe is called. A user has at most one that has not ended.
/// </summary>
internal sealed class AutoTopupCharge
{
    /// <summary>The purchase; with the attempt number, the idempotency key at Stripe.</summary>
    public Guid CheckoutId { get; init; }

    public Guid UserId { get; init; }

    /// <summary>The version of the rule that it was made for.</summary>
    public int RuleVersion { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>The card, as Stripe names it.</summary>
    public required string PaymentMethodId { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    public int Attempts { get; init; }

    /// <summary>When the worker continues it, unless it has ended before.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last attempt has no outcome.</summary>
    public string? Error { get; init; }

    /// <summary>Stripe's code for the bank's refusal.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>When it was paid or declined.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
