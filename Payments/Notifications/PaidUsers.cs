using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Payments;

/// <summary>
/// Tells Storage who has paid, from the payment events: they commit with the credit, so none is missed, and an outage of Storage
/// delays no credit. Runs on every replica; Storage takes a repetition as the same.
/// </summary>
internal sealed class PaidUsers(
    IServiceScopeFactory scopes, StorageService.StorageServiceClient storage, TimeProvider time, ILogger<PaidUsers> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(5), "Storage could not be told who has paid") { Jitter = 0.25 }, time, logger)
{
    private const string CursorName = "storage";
    private const int BatchSize = 200;

    /// <summary>Tells of the next events; returns how many they were.</summary>
    public async Task<int> TellAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>();
        var log = scope.ServiceProvider.GetRequiredService<PaymentEventLog>();
        var cursor = await database.EventCursors.Where(row => row.Name == CursorName).Select(row => row.Sequence)
            .FirstOrDefaultAsync(cancellationToken);
        var events = await log.AfterAsync(cursor, BatchSize, cancellationToken);
        if (events.Count == 0)
        {
            return 0;
        }
        foreach (var userId in events.Where(one => one.Type == PaymentEventType.Credited).Select(one => one.UserId).Distinct())
        {
            await storage.MarkPaidAsync(new MarkPaidRequest { UserId = userId.ToString() }, cancellationToken: cancellationToken);
        }
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into event_cursors (name, sequence) values ({CursorName}, {events[^1].Sequence})
            on conflict (name) do update set sequence = greatest(event_cursors.sequence, excluded.sequence)
            """, cancellationToken);
        return events.Count;
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await TellAsync(cancellationToken) == BatchSize)
        {
        }
    }
}
