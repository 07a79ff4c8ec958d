using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Locks on texts that need not be in any row, until the end of the transaction.</summary>
internal static class TextLocks
{
    /// <summary>
    /// Waits for the lock. Two texts may share one, by their hash: that only makes them wait. Several are taken in the order of their
    /// kinds: identity, email, client, user, roles, webhooks, alerts.
    /// </summary>
    public static Task LockTextAsync(this AccountsDbContext database, string kind, string text, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({$"{kind} {text}"}, 0))", cancellationToken);
}
