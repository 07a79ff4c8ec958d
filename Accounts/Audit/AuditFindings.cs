using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>What the replicas have found in the audit log: stored, so that each knows what others and those before it found.</summary>
internal sealed class AuditFindings(AccountsDbContext database)
{
    /// <summary>Whether there are any.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => database.AuditFindings.AnyAsync(cancellationToken);

    /// <summary>Stores that an entry was found, now or again.</summary>
    /// <param name="sequence">The entry.</param>
    /// <param name="knownHash">Its hash as a check before has seen it; null when none has.</param>
    /// <param name="now">When it was found.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public Task AddAsync(long sequence, byte[]? knownHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync(
            $"""
            insert into audit_findings as finding (sequence, known_hash, found_at, seen_at) values ({sequence}, {knownHash}, {now}, {now})
            on conflict (sequence) do update
            set seen_at = excluded.seen_at, known_hash = coalesce(finding.known_hash, excluded.known_hash)
            """, cancellationToken);

    /// <summary>
    /// Ends what a check of the log from its beginning did not find any more. An entry whose hash was known must have that hash again: a
    /// log whose end is missing is whole in itself.
    /// </summary>
    /// <param name="since">When the check began: what another replica has found since stays.</param>
    /// <param name="before">The entry at which the check has ended, if it is broken there.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>The first entry that is still broken; null when there is none.</returns>
    public async Task<long?> EndAsync(DateTimeOffset since, long? before, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync(
            $"""
            delete from audit_findings as finding where seen_at <= {since} and sequence < {before ?? long.MaxValue}
                and (known_hash is null
                    or exists (select from audit_entries as entry where entry.sequence = finding.sequence and entry.hash = known_hash))
            """, cancellationToken);
        return await database.AuditFindings.MinAsync(row => (long?)row.Sequence, cancellationToken);
    }
}
