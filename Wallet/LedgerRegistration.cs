namespace ReelBallers.Wallet;

/// <summary>The parts of the ledger, and how they are put together.</summary>
internal static class LedgerRegistration
{
    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder, string connectionName)
    {
        builder.Services.AddSingleton(_ => new LedgerDataSource(builder.Configuration.GetConnectionString(connectionName)!));
        builder.Services.AddSingleton<LedgerStore>();
        builder.Services.AddSingleton<GroupCommit>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GroupCommit>());
        builder.Services.AddSingleton<Ledger>();
        return builder;
    }
}
