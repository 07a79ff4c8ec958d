namespace ReelBallers.Wallet;

/// <summary>The stored joins of one wallet.</summary>
/// <param name="Closing">The join that closed it, if any.</param>
/// <param name="Arrived">The joins of other wallets into it.</param>
/// <param name="Payments">All payments of these other wallets, which no longer change.</param>
internal sealed record JoinedWallets(
    WalletJoin? Closing, IReadOnlyList<WalletJoin> Arrived, IReadOnlyList<PaymentCredits> Payments)
{
    public static JoinedWallets None { get; } = new(null, [], []);
}

/// <summary>What the transfers of a wallet so far say about joins.</summary>
/// <param name="InCents">Credits that arrived.</param>
/// <param name="InOwedCents">The receivables that arrived.</param>
/// <param name="OutCents">Credits that left.</param>
/// <param name="OutOwedCents">The receivable that left.</param>
/// <param name="Counted">The users of the wallets whose payments are counted.</param>
internal sealed record JoinSums(long InCents, long InOwedCents, long OutCents, long OutOwedCents, IReadOnlyList<Guid> Counted)
{
    /// <summary>Before the first transfer.</summary>
    public static JoinSums None { get; } = new(0, 0, 0, 0, []);

    /// <summary>With the next transfer.</summary>
    public JoinSums Add(Transfer transfer) => transfer.Reason != EntryReason.Join ? this : this with
    {
        InCents = InCents + (transfer.CreditAccount == AccountType.Wallet ? transfer.AmountCents : 0),
        InOwedCents = InOwedCents + (transfer.DebitAccount == AccountType.Receivable ? transfer.AmountCents : 0),
        OutCents = OutCents + (transfer.DebitAccount == AccountType.Wallet ? transfer.AmountCents : 0),
        OutOwedCents = OutOwedCents + (transfer.CreditAccount == AccountType.Receivable ? transfer.AmountCents : 0),
    };

    /// <summary>How the stored joins differ, and the wallet if it is closed.</summary>
    public IEnumerable<string> DifferencesFrom(JoinedWallets stored, Account account)
    {
        var expected = (
            In: stored.Arrived.Sum(join => join.MovedCents), InOwed: stored.Arrived.Sum(join => join.OwedCents),
            Out: stored.Closing?.MovedCents ?? 0, OutOwed: stored.Closing?.OwedCents ?? 0);
        if ((InCents, InOwedCents, OutCents, OutOwedCents) != expected)
        {
            yield return $"By the stored joins {expected.In} cents and {expected.InOwed} owed arrived, {expected.Out} and "
                + $"{expected.OutOwed} left; by the transfers {InCents} and {InOwedCents}, {OutCents} and {OutOwedCents}.";
        }
        if (stored.Closing is { } closing && (account.BalanceCents, account.HeldCents, account.ReceivableCents, account.LastSequence)
            != (0, 0, 0, closing.Sequence))
        {
            yield return $"The wallet was joined into {closing.IntoUserId} with transfer {closing.Sequence}; after {account.LastSequence} "
                + $"it has {account.BalanceCents} cents, {account.HeldCents} held and {account.ReceivableCents} owed.";
        }
    }
}
