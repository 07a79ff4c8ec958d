namespace ReelBallers.Payments;

/// <summary>One purchase, written down before Stripe hears of it: what is credited when it is paid stands here.</summary>
internal sealed class Checkout
{
    /// <summary>The operation's id; with the attempt it is the idempotency key at Stripe.</summary>
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>Null for a free amount.</summary>
    public string? PackId { get; init; }

    /// <summary>What is to be paid.</summary>
    public long AmountCents { get; init; }

    /// <summary>ISO 4217, lower case.</summary>
    public required string Currency { get; init; }

    public long Credits { get; init; }

    public long BonusCredits { get; init; }

    public CheckoutStatus Status { get; init; }

    /// <summary>Stripe's checkout session; null until Stripe has answered.</summary>
    public string? SessionId { get; init; }

    /// <summary>Counts the keys under which Stripe was asked for the session: a key whose answer was a failure keeps failing.</summary>
    public int StripeAttempt { get; init; }

    /// <summary>The payment that paid it; written before its credits are.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>Where Stripe sends the receipt, when we know it.</summary>
    public string? ReceiptEmail { get; init; }

    /// <summary>Given back so far, in the currency's cents.</summary>
    public long RefundedCents { get; init; }

    /// <summary>What the owner's bank holds or has kept.</summary>
    public long DisputedCents { get; init; }

    /// <summary>Of the credits, how many the wallet was or will be told to take back, less what it was told to reinstate.</summary>
    public long ReversedCredits { get; init; }

    /// <summary>As <see cref="ReversedCredits"/>, of the bonus.</summary>
    public long ReversedBonusCredits { get; init; }

    /// <summary>Counts what we learned of refunds and disputes: who learned it from an older state is late.</summary>
    public int ReversalVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the wallet had confirmed the credits.</summary>
    public DateTimeOffset? CreditedAt { get; init; }

    public long TotalCredits => Credits + BonusCredits;
}
