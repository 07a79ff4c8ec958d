namespace ReelBallers.Wallet;

/// <summary>The balances of many users by one query.</summary>
internal sealed class Balances(AccountReader reader)
{
    /// <summary>The state of each of these users' wallets.</summary>
    public async Task<Dictionary<Guid, WalletState>> GetAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken)
    {
        var accounts = await reader.FindAsync([.. userIds], cancellationToken);
        return userIds.Distinct().ToDictionary(
            userId => userId, userId => WalletState.Of(accounts.GetValueOrDefault(userId) ?? Account.Empty(userId)));
    }
}
