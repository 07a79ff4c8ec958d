namespace ReelBallers.Wallet;

/// <summary>The balance at any time, the same at both doors.</summary>
internal sealed class PointInTimeBalance(Ledger ledger, LedgerHistory history, TimeProvider time)
{
    /// <summary>What has not happened yet is as it is now; of the past only the balance is known.</summary>
    public async Task<WalletState> GetAsync(Guid userId, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        if (at is { } instant && instant < time.GetUtcNow())
        {
            var balanceCents = await history.GetBalanceAsync(userId, instant, cancellationToken);
            return new WalletState(0, balanceCents, 0, 0, false);
        }
        return WalletState.Of(await ledger.GetAccountAsync(userId, cancellationToken));
    }
}
