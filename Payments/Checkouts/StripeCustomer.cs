namespace ReelBallers.Payments;

/// <summary>A user's customer at Stripe.</summary>
internal sealed class StripeCustomer
{
    public Guid UserId { get; init; }

    /// <summary>Null until Stripe has answered.</summary>
    public string? CustomerId { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    /// <summary>As entered at Stripe; null until then.</summary>
    public string? Email { get; init; }

    /// <summary>The saved cards as they were last read from Stripe, in JSON; null before.</summary>
    public string? Cards { get; init; }

    /// <summary>When a reader last had the cards read from Stripe; null: the next one does.</summary>
    public DateTimeOffset? CardsReadAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
