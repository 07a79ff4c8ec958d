namespace ReelBallers.Wallet;

/// <summary>When to check whether a lot expires; removed when nothing is left to expire.</summary>
/// <param name="UserId">Whose lot.</param>
/// <param name="Sequence">The lot: the sequence number of the transfer that opened it.</param>
/// <param name="DueAt">The time of the check; null to remove the row.</param>
internal sealed record LotExpiry(Guid UserId, long Sequence, DateTimeOffset? DueAt);
