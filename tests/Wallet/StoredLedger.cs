namespace ReelBallers.Wallet.Tests;

/// <summary>The tables, in memory: what a batch leaves behind and what the next one is loaded with.</summary>
internal sealed class StoredLedger
{
    private readonly Dictionary<Guid, Account> _accounts = [];
    private readonly Dictionary<(Guid, string), Hold> _holds = [];

    public List<Transfer> Transfers { get; } = [];

    public LedgerBatch Load()
    {
        var batch = new LedgerBatch();
        foreach (var account in _accounts.Values)
        {
            batch.Load(account);
        }
        foreach (var hold in _holds.Values)
        {
            batch.Load(hold);
        }
        foreach (var transfer in Transfers.Where(transfer => transfer.IdempotencyKey is not null))
        {
            batch.Load(transfer.UserId, transfer.IdempotencyKey!, new Remembered(transfer.RequestHash!.Value, transfer.BalanceAfterCents));
        }
        return batch;
    }

    public void Commit(LedgerBatch batch)
    {
        Transfers.AddRange(batch.Transfers);
        foreach (var account in batch.ChangedAccounts)
        {
            _accounts[account.UserId] = account;
        }
        foreach (var hold in batch.ChangedHolds)
        {
            _holds[(hold.UserId, hold.JobId)] = hold;
        }
    }
}
