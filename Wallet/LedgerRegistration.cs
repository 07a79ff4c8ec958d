namespace ReelBallers.Wallet;

/// <summary>The parts of the ledger, and how they are put together.</summary>
internal static class LedgerRegistration
{
    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder, string connectionName)
    {
        builder.Services.AddSingleton(_ => new LedgerDataSource(builder.Configuration.GetConnectionString(connectionName)!));
        builder.Services.AddSingleton(builder.Configuration.GetSection("Ledger").Get<LedgerPolicy>() ?? new LedgerPolicy());
        builder.Services.AddSingleton<LedgerRules>();
        builder.Services.AddSingleton<LotReplay>();
        builder.Services.AddSingleton<LedgerStore>();
        builder.Services.AddSingleton<GroupCommit>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GroupCommit>());
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<Expiries>();
        builder.Services.AddHostedService<ExpirySweeper>();
        builder.Services.AddSingleton<LedgerAudit>();
        builder.Services.AddHostedService<AuditLoop>();
        return builder;
    }
}
