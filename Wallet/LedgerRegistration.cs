using System.Globalization;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Registers the parts of the ledger.</summary>
internal static class LedgerRegistration
{
    /// <summary>The ledger, on one database or on as many as <see cref="LedgerPolicy.Shards"/> says.</summary>
    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder)
    {
        // A value that is none of these ends the start, when the options are validated.
        var count = int.TryParse(
            builder.Configuration["Ledger:Shards"], NumberStyles.None, CultureInfo.InvariantCulture, out var shards)
            && shards is >= 1 and <= LedgerPolicy.MaxShards ? shards : 1;
        builder.Services.AddValidatedOptions<LedgerPolicy>("Ledger");
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<LedgerPolicy>>().Value);
        builder.Services.AddGrpc().AddServiceOptions<WalletService>(grpc => grpc.MaxReceiveMessageSize = WalletRequestSize.Max);
        builder.Services.AddSingleton<WalletMeter>();
        builder.Services.AddSingleton<LedgerRules>();
        builder.Services.AddSingleton<ChangeWatches>();
        builder.Services.AddSingleton<ChangeStreams>();
        builder.Services.AddSingleton<BalanceStreams>();
        builder.AddFirstShard(new ShardId(0, count));
        builder.AddOtherShards(count);
        builder.Services.AddSingleton<Shards>();
        builder.Services.AddSingleton<ShardedCalls>();
        builder.Services.AddHostedService<ShardGuard>();
        builder.Services.AddConditions<FindingConditions>();
        return builder;
    }

    // In the service's own container.
    private static void AddFirstShard(this WebApplicationBuilder builder, ShardId id)
    {
        // Reads wait for each other rather than take the connections that the writers need.
        builder.AddServiceDatabase<WalletDbContext>(id.ConnectionName, hasReadPool: true);
        builder.Services.AddShard(id, builder.GetRequiredConnectionString(id.ConnectionName));
    }

    // Each in a container of its own, whose background services the host runs.
    private static void AddOtherShards(this WebApplicationBuilder builder, int count)
    {
        var containers = new List<IServiceCollection>();
        builder.Services.AddSingleton(services => new ShardContainers(services, containers));
        for (var number = 1; number < count; number++)
        {
            var id = new ShardId(number, count);
            var connectionString = builder.GetRequiredConnectionString(id.ConnectionName);
            var container = new ServiceCollection()
                .AddServiceDatabase<WalletDbContext>(connectionString, builder.Environment.ApplicationName, hasReadPool: true)
                .AddShard(id, connectionString);
            containers.Add(container);
            var (index, hosted) = (number - 1, container.Count(service => service.ServiceType == typeof(IHostedService)));
            for (var i = 0; i < hosted; i++)
            {
                var position = i;
                builder.Services.AddSingleton(services =>
                    services.GetRequiredService<ShardContainers>().All[index].GetServices<IHostedService>().ElementAt(position));
            }
        }
        if (count > 1)
        {
            builder.Services.AddSingleton<IUserPartition>(services => services.GetRequiredService<Shards>());
        }
    }

    // Everything that works on one database, besides its connections.
    private static IServiceCollection AddShard(this IServiceCollection services, ShardId id, string connectionString)
    {
        services.AddSingleton(id);
        services.AddSingleton(provider => new LedgerDataSource(connectionString, provider.GetRequiredService<LedgerPolicy>()));
        services.AddSingleton<LotCheckpoints>();
        services.AddSingleton<LotReplay>();
        services.AddSingleton<LotCheckpointer>();
        services.AddHostedService(provider => provider.GetRequiredService<LotCheckpointer>());
        // Registered before the ledger, so that it stops after it and publishes the last commits too.
        services.AddSingleton<BalanceChanges>();
        services.AddHostedService(provider => provider.GetRequiredService<BalanceChanges>());
        services.AddSingleton<BalanceWatches>();
        services.AddHostedService<BalanceReader>();
        services.AddHostedService<BalanceListener>();
        services.AddHostedService<LedgerConnections>();
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<BatchCommitter>();
        services.AddSingleton<LockedWallets>();
        services.AddSingleton<GroupCommit>();
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit>());
        services.AddSingleton<AccountReader>();
        services.AddSingleton<JoinReader>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<DueExpiries>();
        services.AddHostedService<ExpirySweeper>();
        services.AddSingleton<AuditMarks>();
        services.AddSingleton<AuditShares>();
        services.AddSingleton<AuditFindings>();
        services.AddSingleton<LedgerAudit>();
        services.AddHostedService<AuditLoop>();
        services.AddSingleton<LedgerHistory>();
        services.AddSingleton<PointInTimeBalance>();
        services.AddSingleton<LedgerFigures>();
        services.AddSingleton<Shard>();
        return services;
    }
}
