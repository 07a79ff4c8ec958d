namespace ReelBallers.Accounts;

/// <summary>The receipt of a payment of a user without an address: it is mailed when the user has one.</summary>
internal sealed class HeldReceipt
{
    /// <summary>Stripe's payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>Who has paid.</summary>
    public Guid UserId { get; init; }

    /// <summary>What the mail says, as <see cref="OutgoingMail.Details"/>.</summary>
    public required string Details { get; init; }

    /// <summary>When the payment was credited.</summary>
    public DateTimeOffset At { get; init; }
}
