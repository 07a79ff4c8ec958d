namespace ReelBallers.Payments;

/// <summary>An offer: a pack, or credits for a free amount.</summary>
/// <param name="PackId">Null for a free amount.</param>
/// <param name="PriceCents">The price, in US cents.</param>
/// <param name="Credits">The credits bought.</param>
/// <param name="BonusCredits">The credits added for free.</param>
internal sealed record Offer(string? PackId, long PriceCents, long Credits, long BonusCredits)
{
    /// <summary>Access to outside systems, which the buyer names a user there for.</summary>
    public IReadOnlyList<OfferedGrant> Grants { get; init; } = [];
}
