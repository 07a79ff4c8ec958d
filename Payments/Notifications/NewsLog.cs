using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>The news in the database, in the order in which they were committed.</summary>
internal sealed class NewsLog(PaymentsDbContext database)
{
    // Numbers are given out under a lock that the commit ends: whoever has seen one has seen all before it.
    private const long OrderLock = 0x5061796D656E7473; // "Payments"

    /// <summary>Adds news to the transaction that is under way; its last step before the commit.</summary>
    public async Task AddAsync(IEnumerable<PaymentNews> news, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({OrderLock})", cancellationToken);
        database.News.AddRange(news);
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
    }

    public Task<List<PaymentNews>> AfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        database.News.AsNoTracking().Where(row => row.Sequence > sequence).OrderBy(row => row.Sequence).Take(count).ToListAsync(cancellationToken);
}
