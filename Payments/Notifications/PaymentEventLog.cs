using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>The payment events in the database, in the order of their commits.</summary>
internal sealed class PaymentEventLog(PaymentsDbContext database)
{
    // Sequence numbers are assigned under a lock held until the commit, so a reader that has seen one has seen all before it.
    private const long OrderLock = 0x5061796D656E7473; // "Payments"

    /// <summary>Adds events to the current transaction, as its last step before the commit.</summary>
    public async Task AddAsync(IEnumerable<PaymentEvent> events, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({OrderLock})", cancellationToken);
        database.PaymentEvents.AddRange(events);
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
    }

    public Task<List<PaymentEvent>> AfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        database.PaymentEvents.AsNoTracking()
            .Where(row => row.Sequence > sequence).OrderBy(row => row.Sequence).Take(count).ToListAsync(cancellationToken);
}
