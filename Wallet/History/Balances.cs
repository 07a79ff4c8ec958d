using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Wallet;

/// <summary>The balances of many users by one query.</summary>
internal sealed class Balances(IDbContextFactory<WalletDbContext> databases)
{
    /// <summary>The state of each of these users' wallets.</summary>
    public async Task<Dictionary<Guid, WalletState>> GetAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var accounts = await database.Accounts.AsNoTracking().Where(account => userIds.Contains(account.UserId))
            .ToDictionaryAsync(account => account.UserId, cancellationToken);
        return userIds.Distinct().ToDictionary(
            userId => userId, userId => WalletState.Of(accounts.GetValueOrDefault(userId) ?? Account.Empty(userId)));
    }
}
