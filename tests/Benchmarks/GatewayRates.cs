using System.Diagnostics;
using System.Net;

namespace ReelBallers.Benchmarks;

/// <summary>
/// Requests through the Gateway, with identity and rate limits on, compared with the same requests to the Wallet directly.
/// </summary>
public static class GatewayRates
{
    private const string Read = "gateway.wallet_read";
    private const string Debit = "gateway.debit";
    private const int WarmUpSeconds = 5;

    private static readonly (string Name, bool Debits, int Connections)[] Cases =
    [
        (Read, false, 32), ($"{Read}.256", false, 256), (Debit, true, 32), ($"{Debit}.256", true, 256),
    ];

    public static readonly string[] Names = [.. Cases.Select(one => one.Name)];

    public static async Task RunAsync(
        IReadOnlyList<string> names, BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        var walletDatabase = await server.CreateDatabaseAsync("wallet", cancellationToken);
        using var wallet = await ServiceProcess.StartAsync(
            "Wallet", new Dictionary<string, string> { ["ConnectionStrings:walletdb"] = walletDatabase }, cancellationToken);
        using var gateway = await ServiceProcess.StartAsync(
            "Gateway", Settings(wallet, await server.CreateDatabaseAsync("gateway", cancellationToken)), cancellationToken);
        var users = await GatewayUsers.CreateAsync(wallet, gateway, cancellationToken);
        foreach (var (name, debits, connections) in Cases.Where(one => names.Contains(one.Name)))
        {
            using var through = new HttpLoad(connections, HttpVersion.Version11, gateway.Address);
            using var directly = new HttpLoad(connections, HttpVersion.Version20, wallet.Address);
            var (gatewayCpu, walletCpu, postgresCpu) = (new CpuTotal(gateway), new CpuTotal(wallet), new CpuTotal(server.Postgres.ProcessId));
            TimeSpan? ServerCpu() => gatewayCpu.Now + walletCpu.Now + postgresCpu.Now;
            async Task<Measurement> RunAsync(HttpLoad load, bool viaGateway, int seconds)
            {
                var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
                return await load.RunAsync(
                    () => debits ? users.Debit(viaGateway) : users.ReadBalance(viaGateway),
                    () => Stopwatch.GetTimestamp() < end, ServerCpu, cancellationToken);
            }
            var (ours, peers) = (new Series(), new Series());
            await RunAsync(directly, viaGateway: false, WarmUpSeconds);
            await RunAsync(through, viaGateway: true, WarmUpSeconds);
            for (var round = 1; round <= BenchmarkOptions.Rounds; round++)
            {
                peers.Add(await RunAsync(directly, viaGateway: false, options.RoundSeconds));
                CpuTotal[] all = [gatewayCpu, walletCpu, postgresCpu];
                Array.ForEach(all, cpu => cpu.Begin());
                ours.Add(await RunAsync(through, viaGateway: true, options.RoundSeconds));
                Array.ForEach(all, cpu => cpu.End());
                Console.Error.WriteLine($"{name} round {round}: directly {peers.Last.Rate:N0}/s, Gateway {ours.Last.Rate:N0}/s");
            }
            report.AddRates(name, ours, "the Wallet", peers,
                $"{connections} connections, one request at a time each; CPU of a request in the Gateway "
                + $"{gatewayCpu.Each(ours.Operations)}, the Wallet {walletCpu.Each(ours.Operations)}, "
                + $"PostgreSQL {postgresCpu.Each(ours.Operations)}");
        }
        await users.VerifyAsync(walletDatabase, cancellationToken);
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
