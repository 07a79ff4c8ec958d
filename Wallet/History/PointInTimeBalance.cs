namespace ReelBallers.Wallet;

/// <summary>The balance at a point in time, for both APIs.</summary>
internal sealed class PointInTimeBalance(Ledger ledger, LedgerHistory history, TimeProvider time)
{
    /// <summary>For a time in the future the current state; for a time in the past only the balance is set.</summary>
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
