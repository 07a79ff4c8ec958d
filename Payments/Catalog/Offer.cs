namespace ReelBallers.Payments;

/// <summary>What somebody is about to buy: a pack, or credits for any amount.</summary>
/// <param name="PackId">Null for a free amount.</param>
/// <param name="PriceCents">What is paid, in US cents.</param>
/// <param name="Credits">What is bought with it.</param>
/// <param name="BonusCredits">What is given on top.</param>
internal sealed record Offer(string? PackId, long PriceCents, long Credits, long BonusCredits);
