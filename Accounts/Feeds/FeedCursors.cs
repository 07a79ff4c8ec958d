using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The cursors of the feeds, and their leases: one replica reads a feed.</summary>
internal sealed class FeedCursors(AccountsDbContext database, TimeProvider time)
{
    /// <summary>After which another replica takes over from one that has died.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Takes the lease of a feed; null while another replica has it.</summary>
    public async Task<FeedCursor?> TryTakeAsync(string name, Guid leaseId, CancellationToken cancellationToken)
    {
        var (now, until) = (time.GetUtcNow(), time.GetUtcNow() + Lease);
        await database.Database.ExecuteSqlAsync(
            $"insert into feed_cursors (name, sequence, started_at) values ({name}, 0, {now}) on conflict do nothing", cancellationToken);
        var taken = await database.FeedCursors.FromSql(
            $"""
            update feed_cursors set lease_id = {leaseId}, leased_until = {until}
            where name = {name} and (leased_until is null or leased_until <= {now} or lease_id = {leaseId})
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }

    /// <summary>
    /// Renews the lease and moves the cursor. In the transaction of what is done for these events, so that both commit or none does.
    /// </summary>
    /// <param name="name">The feed.</param>
    /// <param name="leaseId">The lease under which the events were read.</param>
    /// <param name="from">Where the cursor was.</param>
    /// <param name="to">Where it is now; the same to renew the lease alone.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <exception cref="FeedLostException">Another replica reads the feed now.</exception>
    public async Task AdvanceAsync(string name, Guid leaseId, long from, long to, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Lease;
        var advanced = await database.FeedCursors
            .Where(row => row.Name == name && row.LeaseId == leaseId && row.Sequence == from)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Sequence, to).SetProperty(row => row.LeasedUntil, until), cancellationToken);
        if (advanced == 0)
        {
            throw new FeedLostException(name);
        }
    }

    /// <summary>Gives the lease up, so that another replica goes on at once.</summary>
    public Task ReleaseAsync(string name, Guid leaseId, CancellationToken cancellationToken) =>
        database.FeedCursors.Where(row => row.Name == name && row.LeaseId == leaseId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LeaseId, (Guid?)null).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null),
            cancellationToken);
}

/// <summary>Another replica has taken a feed over, since this one did not renew its lease in time.</summary>
internal sealed class FeedLostException(string name)
    : ServiceDefaults.DependencyUnavailableException($"Another replica reads the feed {name} now.", inner: null);
