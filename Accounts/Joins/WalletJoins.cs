using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The tasks to join two wallets.</summary>
internal sealed class WalletJoins(AccountsDbContext database)
{
    /// <summary>Whether this user's wallet is joined with that of an account, or is going to be.</summary>
    public Task<bool> HasLeftAsync(Guid userId, CancellationToken cancellationToken) =>
        database.WalletJoins.AnyAsync(join => join.FromUserId == userId, cancellationToken);

    /// <summary>Adds the task to the transaction of a sign-in, which has made sure that the user has none.</summary>
    public void Add(Guid from, Guid into, DateTimeOffset now) => database.WalletJoins.Add(
        new WalletJoin { FromUserId = from, IntoUserId = into, State = WalletJoinState.Pending, CreatedAt = now });
}
