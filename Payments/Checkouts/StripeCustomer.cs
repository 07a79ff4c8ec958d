namespace ReelBallers.Payments;

/// <summary>The one customer that a user is at Stripe.</summary>
internal sealed class StripeCustomer
{
    public Guid UserId { get; init; }

    /// <summary>Null until Stripe has answered.</summary>
    public string? CustomerId { get; init; }

    /// <inheritdoc cref="Checkout.StripeAttempt" />
    public int StripeAttempt { get; init; }

    /// <summary>As the payer gave it at Stripe; null until then.</summary>
    public string? Email { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
