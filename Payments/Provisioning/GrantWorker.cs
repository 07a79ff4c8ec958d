using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Works off the grants that are due. Runs on every replica.</summary>
internal sealed class GrantWorker(
    IServiceScopeFactory scopes, GrantSignal signal, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<GrantWorker> logger)
    : QueueWorker(signal.Due, "The due grants could not be read", logger)
{
    private DateTimeOffset _pausedUntil;

    protected override int BatchSize => options.Value.Concurrency;

    protected override async Task<int> RunBatchAsync(CancellationToken stoppingToken)
    {
        if (time.GetUtcNow() < _pausedUntil)
        {
            return 0;
        }
        await using var scope = scopes.CreateAsyncScope();
        var due = await scope.ServiceProvider.GetRequiredService<Grants>().TakeDueAsync(BatchSize, options.Value.UsesApi, stoppingToken);
        // Concurrently: one after the other, the last could exceed its lease.
        var pauses = await Task.WhenAll(due.Select(grant => AttemptAsync(grant, stoppingToken)));
        _pausedUntil = time.GetUtcNow() + pauses.DefaultIfEmpty().Max();
        return due.Count;
    }

    private async Task<TimeSpan> AttemptAsync(AccessGrant grant, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<GrantAttempt>().RunAsync(grant, stoppingToken);
    }
}
