namespace ReelBallers.Wallet;

/// <summary>Credits that were added together. Every transfer into a wallet opens a lot, except refunds of holds.</summary>
/// <param name="sequence">The sequence number of the transfer that opened it.</param>
/// <param name="isBonus">Whether it was not paid for.</param>
/// <param name="stripePaymentId">The payment, if any.</param>
/// <param name="expiresAt">When the unspent rest expires; null for never.</param>
internal sealed class Lot(long sequence, bool isBonus, string? stripePaymentId, DateTimeOffset? expiresAt)
{
    public long Sequence { get; } = sequence;

    public bool IsBonus { get; } = isBonus;

    public string? StripePaymentId { get; } = stripePaymentId;

    public DateTimeOffset? ExpiresAt { get; set; } = expiresAt;

    /// <summary>Available to spend.</summary>
    public long LeftCents { get; set; }

    /// <summary>Reserved for jobs that have not ended.</summary>
    public long HeldCents { get; set; }

    /// <summary>The order in which lots are spent: soonest to expire, then bonus before paid, then oldest.</summary>
    public static readonly Comparer<Lot> SpendingOrder = Comparer<Lot>.Create((one, other) =>
        (one.ExpiresAt ?? DateTimeOffset.MaxValue, !one.IsBonus, one.Sequence)
            .CompareTo((other.ExpiresAt ?? DateTimeOffset.MaxValue, !other.IsBonus, other.Sequence)));
}
