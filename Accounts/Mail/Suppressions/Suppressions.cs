using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The addresses that no mail is sent to.</summary>
internal sealed class Suppressions(AccountsDbContext database, TimeProvider time)
{
    /// <summary>Adds addresses; the first reason of each stays.</summary>
    public Task AddAsync(IReadOnlyCollection<string> emails, SuppressionReason reason, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync(
            $"""
            insert into suppressed_addresses (email, reason, suppressed_at)
            select distinct email, {(short)reason}, {time.GetUtcNow()} from unnest({emails.ToArray()}) as email
            on conflict (email) do nothing
            """, cancellationToken);

    /// <summary>Why no mail is sent to this address; null when it is not suppressed.</summary>
    public Task<SuppressionReason?> FindAsync(string email, CancellationToken cancellationToken) =>
        database.SuppressedAddresses.Where(row => row.Email == email).Select(row => (SuppressionReason?)row.Reason)
            .SingleOrDefaultAsync(cancellationToken);
}
