namespace ReelBallers.Wallet;

/// <summary>
/// Where a user's wallet stands: the replay of their transfers. It changes by <see cref="Apply"/> and in no other way.
/// </summary>
/// <param name="UserId">The owner.</param>
/// <param name="BalanceCents">Ready to spend.</param>
/// <param name="HeldCents">Set aside for jobs that have not ended.</param>
/// <param name="LastSequence">The number of the user's latest transfer; 0 before the first.</param>
internal sealed record Account(Guid UserId, long BalanceCents, long HeldCents, long LastSequence)
{
    /// <summary>The most that a wallet takes, held included: $100 billion, far from where a sum of cents could overflow.</summary>
    public const long LimitCents = 10_000_000_000_000;

    public static Account Empty(Guid userId) => new(userId, 0, 0, 0);

    public bool Covers(long amountCents) => BalanceCents >= amountCents;

    // Held counts too, so that giving a hold back can never be refused.
    public bool HasRoomFor(long amountCents) => amountCents <= LimitCents - BalanceCents - HeldCents;

    public Account Apply(Transfer transfer) => this with
    {
        BalanceCents = BalanceCents + transfer.ChangeOf(AccountType.Wallet),
        HeldCents = HeldCents + transfer.ChangeOf(AccountType.Held),
        LastSequence = transfer.Sequence,
    };
}
