using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Registers the parts of the ledger.</summary>
internal static class LedgerRegistration
{
    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder, string connectionName)
    {
        builder.Services.AddSingleton(services => new LedgerDataSource(
            builder.Configuration.GetConnectionString(connectionName)!, services.GetRequiredService<LedgerPolicy>()));
        builder.Services.AddValidatedOptions<LedgerPolicy>("Ledger");
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<LedgerPolicy>>().Value);
        builder.Services.AddGrpc().AddServiceOptions<WalletService>(grpc => grpc.MaxReceiveMessageSize = WalletRequestSize.Max);
        builder.Services.AddSingleton<WalletMeter>();
        builder.Services.AddSingleton<LedgerRules>();
        builder.Services.AddSingleton<LotCheckpoints>();
        builder.Services.AddSingleton<LotReplay>();
        builder.Services.AddSingleton<LotCheckpointer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LotCheckpointer>());
        // Registered before the ledger, so that it stops after it and publishes the last commits too.
        builder.Services.AddSingleton<BalanceChanges>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BalanceChanges>());
        builder.Services.AddSingleton<BalanceWatches>();
        builder.Services.AddHostedService<BalanceReader>();
        builder.Services.AddHostedService<BalanceListener>();
        builder.Services.AddHostedService<LedgerConnections>();
        builder.Services.AddSingleton<LedgerStore>();
        builder.Services.AddSingleton<BatchCommitter>();
        builder.Services.AddSingleton<LockedWallets>();
        builder.Services.AddSingleton<GroupCommit>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GroupCommit>());
        builder.Services.AddSingleton<AccountReader>();
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<DueExpiries>();
        builder.Services.AddHostedService<ExpirySweeper>();
        builder.Services.AddSingleton<AuditMarks>();
        builder.Services.AddSingleton<AuditShares>();
        builder.Services.AddSingleton<LedgerAudit>();
        builder.Services.AddHostedService<AuditLoop>();
        builder.Services.AddSingleton<LedgerHistory>();
        builder.Services.AddSingleton<PointInTimeBalance>();
        builder.Services.AddSingleton<BalanceStreams>();
        builder.Services.AddSingleton<ChangeWatches>();
        builder.Services.AddSingleton<ChangeStreams>();
        return builder;
    }
}
