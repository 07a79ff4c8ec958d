namespace ReelBallers.Payments;

/// <summary>The one customer that a user is at Stripe.</summary>
internal sealed class StripeCustomer
{
    public Guid UserId { get; init; }

    public required string CustomerId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
