using System.Diagnostics;

namespace ReelBallers.Benchmarks;

/// <summary>Debits per second, compared with pgbench on the same server in the same run.</summary>
public static class WalletRates
{
    private const string UnaryHot = "wallet.unary.hot";
    private const string UnaryMany = "wallet.unary.many";
    private const string Replicas = "wallet.unary.replicas";
    private const string ReplicasByUser = "wallet.unary.replicas_by_user";
    private const string BatchMany = "wallet.batch.many";
    private const int Callers = 512;
    private const int BatchCalls = 4;
    private const int BatchLength = 2_000;

    // Long enough for the runtime's tiered compilation.
    private const int WarmUpSeconds = 10;

    public static readonly string[] Names = [UnaryHot, UnaryMany, Replicas, ReplicasByUser, BatchMany];

    public static async Task RunAsync(
        IReadOnlyList<string> names, BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        var pgbench = await Pgbench.PrepareAsync(server, cancellationToken);
        var database = await server.CreateDatabaseAsync("wallet", cancellationToken);
        Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync(
            "Wallet", new Dictionary<string, string> { ["ConnectionStrings:walletdb"] = database }, cancellationToken);
        using var wallet = await StartAsync();
        using var load = new WalletLoad(server, WalletLoad.Wallets, wallet);
        await load.FundAsync(cancellationToken);
        await BenchmarkServer.ExecuteAsync(database, "VACUUM ANALYZE", cancellationToken);
        foreach (var name in names)
        {
            using var second = name is Replicas or ReplicasByUser ? await StartAsync() : null;
            load.Connect(second is null ? [wallet] : [wallet, second]);
            Task<Measurement> OursAsync(int seconds)
            {
                var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
                bool GoesOn() => Stopwatch.GetTimestamp() < end;
                int Any() => Random.Shared.Next(WalletLoad.Wallets);
                return name switch
                {
                    UnaryHot => load.DebitAsync(Callers, () => load.Hot, GoesOn, cancellationToken),
                    BatchMany => load.DebitInBatchesAsync(BatchCalls, BatchLength, GoesOn, cancellationToken),
                    _ => load.DebitAsync(Callers, Any, GoesOn, cancellationToken, byUser: name == ReplicasByUser),
                };
            }
            var peerWallets = name == UnaryHot ? 1 : WalletLoad.Wallets;
            var (ours, peers) = (new Series(), new Series());
            await pgbench.RunAsync(peerWallets, 2, cancellationToken);
            await OursAsync(WarmUpSeconds);
            for (var round = 1; round <= BenchmarkOptions.Rounds; round++)
            {
                peers.Add(await pgbench.RunAsync(peerWallets, options.RoundSeconds, cancellationToken));
                ours.Add(await OursAsync(options.RoundSeconds));
                Console.Error.WriteLine($"{name} round {round}: pgbench {peers.Last.Rate:N0}/s, wallet {ours.Last.Rate:N0}/s");
            }
            var how = name switch
            {
                BatchMany => $"{BatchCalls} calls at once of {BatchLength} debits each; latencies are a call's",
                Replicas => $"{Callers} callers at once, half of them at each of two replicas",
                ReplicasByUser => $"{Callers} callers at once, two replicas with half of the wallets each",
                _ => $"{Callers} callers at once",
            };
            report.AddRates(name, ours, "pgbench", peers, how);
        }
        load.Connect(wallet);
        await load.VerifyAsync(database, cancellationToken);
        await pgbench.VerifyAsync(cancellationToken);
    }
}
