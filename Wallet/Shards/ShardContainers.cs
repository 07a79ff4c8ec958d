using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// The containers of the databases after the first one, whose services are in the service's own container. Each has everything that
/// works on its database, and shares what does not depend on a database.
/// </summary>
internal sealed class ShardContainers(IServiceProvider services, IReadOnlyList<IServiceCollection> shards) : IAsyncDisposable
{
    private static readonly Type[] Shared =
    [
        typeof(TimeProvider), typeof(ILoggerFactory), typeof(IMeterFactory), typeof(IOptions<DatabaseOptions>),
        typeof(IHostApplicationLifetime), typeof(LedgerPolicy), typeof(LedgerRules), typeof(WalletMeter), typeof(ChangeWatches),
    ];

    /// <summary>In the order of the databases.</summary>
    public IReadOnlyList<ServiceProvider> All { get; } = [.. shards.Select(shard => Build(shard, services))];

    public async ValueTask DisposeAsync()
    {
        foreach (var container in All)
        {
            await container.DisposeAsync();
        }
    }

    private static ServiceProvider Build(IServiceCollection shard, IServiceProvider services)
    {
        foreach (var type in Shared)
        {
            // An instance belongs to the container that has made it, and is not disposed by this one.
            shard.AddSingleton(type, services.GetRequiredService(type));
        }
        return shard.AddLogging().BuildServiceProvider();
    }
}
