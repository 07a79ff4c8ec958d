namespace ReelBallers.Payments;

/// <summary>A payment attempt that the bank declined, for the limits against card testing.</summary>
internal sealed class FailedPayment
{
    /// <summary>Stripe's event.</summary>
    public required string EventId { get; init; }

    public Guid UserId { get; init; }

    /// <inheritdoc cref="Checkout.ClientAddress" />
    public string? ClientAddress { get; init; }

    public DateTimeOffset FailedAt { get; init; }
}
