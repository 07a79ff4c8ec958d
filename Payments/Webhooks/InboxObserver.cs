using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Reads the depth of the inbox, the parked items, the grants and the last whole round for the metrics, while something collects
/// them. Runs on every replica.
/// </summary>
internal sealed class InboxObserver(
    IServiceScopeFactory scopes, PaymentsMeter meter, TimeProvider time, ILogger<InboxObserver> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(15), "The depth of the inbox could not be read"), time, logger)
{
    /// <summary>One reading.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>();
        var pending = database.Events
            .Where(row => row.State == EventState.Pending);
        var found = await pending.GroupBy(_ => 1)
            .Select(all => new { Count = all.LongCount(), Oldest = all.Min(row => row.ReceivedAt) })
            .SingleOrDefaultAsync(cancellationToken);
        meter.Inbox(found?.Count ?? 0, found is null ? TimeSpan.Zero : Time.GetUtcNow() - found.Oldest);
        meter.ParkedCount(await database.ParkedItems.LongCountAsync(row => row.DismissedAt == null, cancellationToken));
        meter.Provisioning(await scope.ServiceProvider.GetRequiredService<GrantLists>().HealthAsync(cancellationToken));
        var round = await database.Marks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Name == ReconcilerMark.Round, cancellationToken);
        if (round is not null)
        {
            meter.Reconciled(round.CompletedAt);
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) =>
        meter.ObservesInbox ? ReadAsync(cancellationToken) : Task.CompletedTask;
}
