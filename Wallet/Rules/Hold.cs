namespace ReelBallers.Wallet;

/// <summary>Credits reserved for a job. A user has at most one hold per job, ever, and it ends once.</summary>
/// <param name="UserId">Whose credits.</param>
/// <param name="JobId">The job.</param>
/// <param name="AmountCents">The reserved amount.</param>
/// <param name="State">Whether and how it ended.</param>
/// <param name="SettledCents">The amount charged at the end; 0 while open and after a release.</param>
/// <param name="EndBalanceCents">The balance right after the end, for replays; null while open.</param>
/// <param name="ExpiresAt">When it is refunded automatically if it is still open; null for never.</param>
/// <param name="PlacedSequence">The transfer that placed it.</param>
/// <param name="EndSequence">The first transfer of its end: the charge, unless nothing was charged, then the refund.</param>
internal sealed record Hold(
    Guid UserId, string JobId, long AmountCents, HoldState State, long SettledCents, long? EndBalanceCents, DateTimeOffset? ExpiresAt,
    long? PlacedSequence = null, long? EndSequence = null)
{
    /// <summary>The amount refunded at the end.</summary>
    public long RefundedCents => AmountCents - SettledCents;

    /// <summary>The transfer that charged it, if any.</summary>
    public long? SettledSequence => SettledCents > 0 ? EndSequence : null;

    /// <summary>The transfer that refunded it or the rest of it, if any.</summary>
    public long? RefundedSequence => RefundedCents > 0 ? EndSequence + (SettledCents > 0 ? 1 : 0) : null;
}

/// <summary>The state of a hold. The numbers are stored in the database.</summary>
internal enum HoldState : short
{
    Open = 1,
    Settled = 2,
    Released = 3,

    /// <summary>Refunded because it was not ended in time.</summary>
    Expired = 4,
}
