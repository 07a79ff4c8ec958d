namespace ReelBallers.Wallet;

/// <summary>Credits set aside for a job. There is one for a user and job, ever, and it ends once.</summary>
/// <param name="UserId">Whose credits.</param>
/// <param name="JobId">The job.</param>
/// <param name="AmountCents">How many were set aside.</param>
/// <param name="State">Whether and how it ended.</param>
/// <param name="SettledCents">What the job cost in the end; 0 while open and after a release.</param>
/// <param name="EndBalanceCents">The wallet's balance right after the end, for a repeated end; null while open.</param>
/// <param name="ExpiresAt">When it is given back by itself if it is still open; null for never.</param>
internal sealed record Hold(
    Guid UserId, string JobId, long AmountCents, HoldState State, long SettledCents, long? EndBalanceCents, DateTimeOffset? ExpiresAt)
{
    /// <summary>What went back to the wallet, once it has ended.</summary>
    public long RefundedCents => AmountCents - SettledCents;
}

/// <summary>The numbers stand in the database.</summary>
internal enum HoldState : short
{
    Open = 1,
    Settled = 2,
    Released = 3,

    /// <summary>Given back because nobody ended it in time.</summary>
    Expired = 4,
}
