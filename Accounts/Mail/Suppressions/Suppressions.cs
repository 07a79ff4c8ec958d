using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The addresses that get no mails, or only those that were just asked for.</summary>
internal sealed class Suppressions(AccountsDbContext database, TimeProvider time)
{
    /// <summary>Adds addresses. The first entry of each stays, but a complaint gives way to a bounce, which stops more mails.</summary>
    public Task AddAsync(IReadOnlyCollection<string> emails, SuppressionReason reason, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync(
            $"""
            insert into suppressed_addresses (email, reason, suppressed_at)
            select distinct email, {(short)reason}, {time.GetUtcNow()} from unnest({emails.ToArray()}) as email order by email
            on conflict (email) do update set reason = excluded.reason, suppressed_at = excluded.suppressed_at
            where suppressed_addresses.reason = {(short)SuppressionReason.Complained}
                and excluded.reason = {(short)SuppressionReason.Bounced}
            """, cancellationToken);

    /// <summary>The entry of an address; null when it is not suppressed.</summary>
    public Task<SuppressedAddress?> FindAsync(string email, CancellationToken cancellationToken) =>
        database.SuppressedAddresses.AsNoTracking().SingleOrDefaultAsync(row => row.Email == email, cancellationToken);

    /// <summary>The entry of the address of a user's account; null when it is not suppressed, and without an account.</summary>
    public Task<SuppressedAddress?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.SuppressedAddresses.AsNoTracking().SingleOrDefaultAsync(
            row => database.Accounts.Any(account => account.UserId == userId && account.Email == row.Email), cancellationToken);

    /// <summary>Mails are sent to an address again. Safe to repeat.</summary>
    public Task LiftAsync(string email, CancellationToken cancellationToken) =>
        database.SuppressedAddresses.Where(row => row.Email == email).ExecuteDeleteAsync(cancellationToken);
}
