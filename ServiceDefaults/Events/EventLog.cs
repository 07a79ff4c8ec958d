using Microsoft.EntityFrameworkCore;

namespace ReelBallers.ServiceDefaults;

/// <summary>The events of one kind in a service's database. <see cref="EventStreams{TContext, TEvent}"/> sends them to consumers.</summary>
/// <param name="Channel">The notification channel that tells of new ones; a lower-case identifier.</param>
/// <param name="OrderLock">
/// The key of the advisory lock under which sequence numbers are assigned. It is held until the commit, so a reader that has seen a
/// number has seen all before it.
/// </param>
public sealed record EventLog<TEvent>(string Channel, long OrderLock) where TEvent : class, IStoredEvent
{
    /// <summary>Adds events to the current transaction, as its last step before the commit, and forgets its tracked entities.</summary>
    public async Task AppendAsync(DbContext database, IEnumerable<TEvent> events, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({OrderLock})", cancellationToken);
        database.AddRange(events);
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
        // Delivered at the commit.
        await database.Database.ExecuteSqlAsync($"select pg_notify({Channel}, '')", cancellationToken);
    }

    /// <summary>The next events after a sequence number, in their order.</summary>
    public Task<List<TEvent>> AfterAsync(DbContext database, long sequence, int count, CancellationToken cancellationToken) =>
        database.Set<TEvent>().AsNoTracking()
            .Where(row => row.Sequence > sequence).OrderBy(row => row.Sequence).Take(count).ToListAsync(cancellationToken);
}
