using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>The news in the database, in the order in which they were committed.</summary>
internal sealed class PaymentEventLog(PaymentsDbContext database)
{
    // Numbers are given out under a lock that the commit ends: whoever has seen one has seen all before it.
    private const long OrderLock = 0x5061796D656E7473; // "Payments"

    /// <summary>Adds news to the transaction that is under way; its last step before the commit.</summary>
    public async Task AddAsync(IEnumerable<PaymentEvent> events, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({OrderLock})", cancellationToken);
        database.PaymentEvents.AddRange(events);
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
    }

    public Task<List<PaymentEvent>> AfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        database.PaymentEvents.AsNoTracking().Where(row => row.Sequence > sequence).OrderBy(row => row.Sequence).Take(count).ToListAsync(cancellationToken);
}
