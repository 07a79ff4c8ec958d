using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The result of a check.</summary>
/// <param name="FirstBroken">The first entry that was changed, or that follows a missing one; null when there is none.</param>
/// <param name="Last">The last entry that was checked; 0 for none.</param>
/// <param name="LastHash">Its hash. A copy kept elsewhere shows later that no entry up to it was removed or written anew.</param>
/// <param name="IsComplete">Whether the log ends there.</param>
internal sealed record AuditCheckResult(long? FirstBroken, long Last, byte[] LastHash, bool IsComplete);

/// <summary>Computes the chain of the audit log again.</summary>
internal sealed class AuditCheck(AccountsDbContext database)
{
    private const int PageSize = 1000;
    private const int MaxEntries = 50_000;

    /// <summary>Checks the entries after that one, as many as one call should.</summary>
    /// <param name="after">0: from the beginning.</param>
    /// <param name="known">The hash of that entry from a check before; null: as it is now.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<AuditCheckResult> CheckAsync(long after, byte[]? known, CancellationToken cancellationToken)
    {
        var (last, hash) = (after, AuditChain.Start);
        if (after > 0)
        {
            if (await database.AuditEntries.AsNoTracking().SingleOrDefaultAsync(row => row.Sequence == after, cancellationToken)
                is not { } start || (known is not null && !start.Hash.AsSpan().SequenceEqual(known)))
            {
                return new AuditCheckResult(after, after, hash, IsComplete: true);
            }
            hash = start.Hash;
        }
        while (last - after < MaxEntries)
        {
            var page = await database.AuditEntries.AsNoTracking().Where(row => row.Sequence > last).OrderBy(row => row.Sequence)
                .Take(PageSize).ToListAsync(cancellationToken);
            foreach (var entry in page)
            {
                if (!Follows(entry, last, hash))
                {
                    return new AuditCheckResult(entry.Sequence, last, hash, IsComplete: false);
                }
                (last, hash) = (entry.Sequence, entry.Hash);
            }
            if (page.Count < PageSize)
            {
                return new AuditCheckResult(null, last, hash, IsComplete: true);
            }
        }
        return new AuditCheckResult(null, last, hash, IsComplete: false);
    }

    private static bool Follows(AuditEntry entry, long last, byte[] previous) =>
        entry.Sequence == last + 1
        && entry.PreviousHash.AsSpan().SequenceEqual(previous)
        && entry.Hash.AsSpan().SequenceEqual(AuditChain.Hash(previous, entry))
        // The address may be deleted, but not be another one.
        && (entry is { ClientAddress: null, ClientSalt: null }
            || (entry is { ClientAddress: { } address, ClientSalt: { } salt, ClientHash: { } hash }
                && hash.AsSpan().SequenceEqual(AuditChain.HashClient(salt, address))));
}
