using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Works off the grants that are due. Runs on every replica.</summary>
internal sealed class GrantWorker(
    IServiceScopeFactory scopes, GrantSignal signal, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<GrantWorker> logger)
    : QueueWorker<AccessGrant>(scopes, signal.Due, "The due grants could not be read", time, logger)
{
    protected override int BatchSize => options.Value.Concurrency;

    protected override async Task<IReadOnlyList<AccessGrant>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        await services.GetRequiredService<Grants>().TakeDueAsync(limit, options.Value.UsesApi, stoppingToken);

    protected override async Task AttemptAsync(AccessGrant grant, IServiceProvider services, CancellationToken stoppingToken) =>
        PauseFor(await services.GetRequiredService<GrantAttempt>().RunAsync(grant, stoppingToken));
}
