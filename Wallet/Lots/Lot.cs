namespace ReelBallers.Wallet;

/// <summary>Credits that came in together. Every movement into a wallet opens one, except what comes back from a hold.</summary>
/// <param name="sequence">The number of the transfer that opened it.</param>
/// <param name="isBonus">Given away, not paid for.</param>
/// <param name="stripePaymentId">The payment that it came from, where there is one.</param>
/// <param name="expiresAt">When what is left of it is taken again; null for never.</param>
internal sealed class Lot(long sequence, bool isBonus, string? stripePaymentId, DateTimeOffset? expiresAt)
{
    public long Sequence { get; } = sequence;

    public bool IsBonus { get; } = isBonus;

    public string? StripePaymentId { get; } = stripePaymentId;

    public DateTimeOffset? ExpiresAt { get; set; } = expiresAt;

    /// <summary>Ready to spend.</summary>
    public long LeftCents { get; set; }

    /// <summary>Set aside for jobs that have not ended.</summary>
    public long HeldCents { get; set; }

    /// <summary>The order in which lots are spent: soonest to expire, then bonus before paid, then oldest.</summary>
    public static readonly Comparer<Lot> SpendingOrder = Comparer<Lot>.Create((one, other) =>
        (one.ExpiresAt ?? DateTimeOffset.MaxValue, !one.IsBonus, one.Sequence)
            .CompareTo((other.ExpiresAt ?? DateTimeOffset.MaxValue, !other.IsBonus, other.Sequence)));
}
