namespace ReelBallers.Wallet.Tests;

/// <summary>The tables in memory: stores the result of a batch and loads the next one.</summary>
internal sealed class InMemoryLedger(Func<CommandContext, Command, DateTimeOffset, Decision> decide)
{
    private readonly Dictionary<Guid, Account> _accounts = [];
    private readonly Dictionary<(Guid, string), Hold> _holds = [];
    private readonly Dictionary<(Guid, string), PaymentCredits> _payments = [];
    private readonly Dictionary<(Guid, string), FreezeState> _freezes = [];

    public IReadOnlyCollection<Account> Accounts => _accounts.Values;

    public IReadOnlyCollection<Hold> Holds => _holds.Values;

    public IReadOnlyCollection<PaymentCredits> Payments => _payments.Values;

    public IReadOnlyCollection<FreezeState> Freezes => _freezes.Values;

    public Dictionary<(Guid UserId, long Sequence), DateTimeOffset> LotExpiries { get; } = [];

    public List<Transfer> Transfers { get; } = [];

    public List<WalletJoin> Joins { get; } = [];

    public LedgerBatch Load()
    {
        var batch = new LedgerBatch(decide);
        // A join needs the other wallet, which is opened if there is none.
        foreach (var userId in CommandSequences.Users)
        {
            batch.Load(_accounts.GetValueOrDefault(userId) ?? Account.Empty(userId));
        }
        foreach (var hold in _holds.Values)
        {
            batch.Load(hold);
        }
        foreach (var payment in _payments.Values)
        {
            batch.Load(payment);
        }
        foreach (var freeze in _freezes.Values)
        {
            batch.Load(freeze);
        }
        foreach (var userId in CommandSequences.Users)
        {
            batch.Load(userId, LotsOf(userId));
        }
        foreach (var transfer in Transfers.Where(transfer => transfer.IdempotencyKey is not null))
        {
            batch.Load(transfer.UserId, transfer.IdempotencyKey!, new UsedKey(transfer.RequestHash!.Value, transfer.BalanceAfterCents));
        }
        Joins.ForEach(batch.Load);
        return batch;
    }

    /// <summary>The stored joins of a wallet, as the audit reads them.</summary>
    public JoinedWallets JoinsOf(Guid userId)
    {
        WalletJoin[] arrived = [.. Joins.Where(join => join.IntoUserId == userId)];
        return new JoinedWallets(
            Joins.Find(join => join.UserId == userId), arrived,
            [.. _payments.Values.Where(payment => arrived.Any(join => join.UserId == payment.UserId))]);
    }

    public void Commit(LedgerBatch batch)
    {
        Transfers.AddRange(batch.Transfers);
        Joins.AddRange(batch.NewJoins);
        foreach (var account in batch.ChangedAccounts)
        {
            _accounts[account.UserId] = account;
        }
        foreach (var hold in batch.ChangedHolds)
        {
            _holds[(hold.UserId, hold.JobId)] = hold;
        }
        foreach (var payment in batch.ChangedPayments)
        {
            _payments[(payment.UserId, payment.StripePaymentId)] = payment;
        }
        foreach (var freeze in batch.ChangedFreezes)
        {
            _freezes[(freeze.UserId, freeze.Reference)] = freeze;
        }
        foreach (var expiry in batch.LotExpiries)
        {
            if (expiry.DueAt is { } dueAt)
            {
                LotExpiries[(expiry.UserId, expiry.Sequence)] = dueAt;
            }
            else
            {
                LotExpiries.Remove((expiry.UserId, expiry.Sequence));
            }
        }
    }

    public LotBook LotsOf(Guid userId)
    {
        var lots = new LotBook();
        foreach (var transfer in Transfers.Where(transfer => transfer.UserId == userId))
        {
            lots.Apply(transfer);
        }
        return lots;
    }
}
