using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Retries events whose last attempt failed or was interrupted. Runs on every replica.</summary>
internal sealed class EventRetries(IServiceScopeFactory scopes, TimeProvider time, ILogger<EventRetries> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(1), "The due events could not be read"), time, logger)
{
    private const int BatchSize = 10;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        List<StoredEvent> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await scope.ServiceProvider.GetRequiredService<WebhookInbox>().LeaseDueAsync(BatchSize, cancellationToken);
        }
        // Concurrently: one after the other, the last could exceed its lease.
        await Task.WhenAll(due.Select(ProcessAsync));
    }

    private async Task ProcessAsync(StoredEvent stored)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<EventProcessor>().ProcessAsync(stored);
    }
}
