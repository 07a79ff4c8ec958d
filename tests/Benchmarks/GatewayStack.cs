namespace ReelBallers.Benchmarks;

/// <summary>A Gateway and a Wallet, with PostgreSQL and users.</summary>
internal sealed class GatewayStack : IAsyncDisposable
{
    private readonly string _walletDatabase;

    private GatewayStack(
        BenchmarkServer server, string walletDatabase, ServiceProcess wallet, ServiceProcess gateway, GatewayUsers users) =>
        (Server, _walletDatabase, Wallet, Gateway, Users) = (server, walletDatabase, wallet, gateway, users);

    public BenchmarkServer Server { get; }

    public ServiceProcess Wallet { get; }

    public ServiceProcess Gateway { get; }

    public GatewayUsers Users { get; }

    public static async Task<GatewayStack> StartAsync(CancellationToken cancellationToken)
    {
        var server = await BenchmarkServer.StartAsync(cancellationToken);
        var walletDatabase = await server.CreateDatabaseAsync("wallet", cancellationToken);
        var wallet = await ServiceProcess.StartAsync(
            "Wallet", new Dictionary<string, string> { ["ConnectionStrings:walletdb"] = walletDatabase }, cancellationToken);
        var gateway = await ServiceProcess.StartAsync(
            "Gateway", Settings(wallet, await server.CreateDatabaseAsync("gateway", cancellationToken)), cancellationToken);
        return new GatewayStack(
            server, walletDatabase, wallet, gateway, await GatewayUsers.CreateAsync(wallet, gateway, cancellationToken));
    }

    /// <summary>CPU time of all processes so far.</summary>
    public TimeSpan? ServerCpu() => CpuClock.OfFamily(Gateway.ProcessId) + CpuClock.OfFamily(Wallet.ProcessId)
        + CpuClock.OfFamily(Server.Postgres.ProcessId);

    /// <summary>Checks the ledger.</summary>
    public Task VerifyAsync(CancellationToken cancellationToken) => Users.VerifyAsync(_walletDatabase, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        Wallet.Dispose();
        await Server.DisposeAsync();
    }

    private static Dictionary<string, string> Settings(ServiceProcess wallet, string database) => new()
    {
        ["ConnectionStrings:gatewaydb"] = database,
        ["Session:SigningKey"] = "session-signing-key-of-the-benchmark-without-value",
        // Every user has an address, as in life; the limits per address would end the measurement otherwise.
        ["TrustedProxies"] = "127.0.0.1",
        ["services:wallet:http:0"] = wallet.Address.ToString(),
        // Not called.
        ["services:payments:http:0"] = wallet.Address.ToString(),
        ["services:jobs:http:0"] = wallet.Address.ToString(),
        ["services:storage:http:0"] = wallet.Address.ToString(),
    };
}
