namespace ReelBallers.Wallet;

/// <summary>
/// The balances of a user's wallet, which are the sums of the user's transfers. They change by <see cref="Apply"/> only.
/// </summary>
/// <param name="UserId">The owner.</param>
/// <param name="BalanceCents">Available to spend.</param>
/// <param name="HeldCents">Reserved for jobs that have not ended.</param>
/// <param name="ReceivableCents">What the user owes after a clawback of credits that were already spent.</param>
/// <param name="FreezeCount">The number of active freezes.</param>
/// <param name="LastSequence">The sequence number of the user's latest transfer; 0 before the first.</param>
/// <param name="UpdatedAt">The time of that transfer.</param>
/// <param name="ChainHash">The hash of that transfer, which is an input to the hash of the next one; zero before the first.</param>
internal sealed record Account(
    Guid UserId, long BalanceCents, long HeldCents, long ReceivableCents, int FreezeCount, long LastSequence, DateTimeOffset UpdatedAt,
    Guid ChainHash)
{
    /// <summary>The maximum of balance and held amount together: $100 billion, which keeps sums of cents far from overflow.</summary>
    public const long LimitCents = 10_000_000_000_000;

    public static Account Empty(Guid userId) => new(userId, 0, 0, 0, 0, 0, DateTimeOffset.UnixEpoch, Guid.Empty);

    public bool IsFrozen => FreezeCount > 0;

    public bool Covers(long amountCents) => BalanceCents >= amountCents;

    // Held amounts count, so that releasing a hold can never exceed the limit.
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
