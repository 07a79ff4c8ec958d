namespace ReelBallers.Wallet;

/// <summary>When somebody has to look whether a lot has to expire; gone when there is nothing left to expire.</summary>
/// <param name="UserId">Whose lot.</param>
/// <param name="Sequence">The lot, by the number of the transfer that opened it.</param>
/// <param name="DueAt">When; null to forget it.</param>
internal sealed record LotExpiry(Guid UserId, long Sequence, DateTimeOffset? DueAt);
