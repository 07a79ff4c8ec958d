namespace ReelBallers.Wallet;

/// <summary>
/// Where a user's wallet stands: the replay of their transfers. Money changes by <see cref="Apply"/> and in no other way.
/// </summary>
/// <param name="UserId">The owner.</param>
/// <param name="BalanceCents">Ready to spend.</param>
/// <param name="HeldCents">Set aside for jobs that have not ended.</param>
/// <param name="ReceivableCents">Owed to us after a clawback of credits that were spent.</param>
/// <param name="FreezeCount">How many freezes stand.</param>
/// <param name="LastSequence">The number of the user's latest transfer; 0 before the first.</param>
/// <param name="UpdatedAt">When that was.</param>
/// <param name="ChainHash">The digest of that transfer, which the next one is chained to; zero before the first.</param>
internal sealed record Account(
    Guid UserId, long BalanceCents, long HeldCents, long ReceivableCents, int FreezeCount, long LastSequence, DateTimeOffset UpdatedAt,
    Guid ChainHash)
{
    /// <summary>The most that a wallet takes, held included: $100 billion, far from where a sum of cents could overflow.</summary>
    public const long LimitCents = 10_000_000_000_000;

    public static Account Empty(Guid userId) => new(userId, 0, 0, 0, 0, 0, DateTimeOffset.UnixEpoch, Guid.Empty);

    public bool IsFrozen => FreezeCount > 0;

    public bool Covers(long amountCents) => BalanceCents >= amountCents;

    // Held counts too, so that giving a hold back can never be refused.
    public bool HasRoomFor(long amountCents) => amountCents <= LimitCents - BalanceCents - HeldCents;

    public Account Apply(Transfer transfer) => this with
    {
        BalanceCents = BalanceCents + transfer.ChangeOf(AccountType.Wallet),
        HeldCents = HeldCents + transfer.ChangeOf(AccountType.Held),
        ReceivableCents = ReceivableCents - transfer.ChangeOf(AccountType.Receivable),
        LastSequence = transfer.Sequence,
        UpdatedAt = transfer.CreatedAt,
        ChainHash = transfer.ChainHash,
    };
}
