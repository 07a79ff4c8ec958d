namespace ReelBallers.Benchmarks;

/// <summary>Compares the latency of debits with few and with many stored transfers.</summary>
public static class WalletGrowth
{
    public static readonly string[] Names = ["wallet.unary.growth"];

    private const long Small = 10_000;
    private const long Large = 10_000_000;
    private const int Callers = 32;
    private const int Rounds = 7;
    private const int WarmUpDebits = 5_000;
    private const int RoundDebits = 10_000;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        using var small = await Side.OpenAsync(server, "small", Small, cancellationToken);
        using var large = await Side.OpenAsync(server, "large", Large, cancellationToken);
        await small.VacuumAsync(cancellationToken);
        await large.VacuumAsync(cancellationToken);
        await small.RunAsync(WarmUpDebits, cancellationToken);
        await large.RunAsync(WarmUpDebits, cancellationToken);
        var (after10K, after10M) = (new Series(), new Series());
        for (var round = 1; round <= Rounds; round++)
        {
            after10K.Add(await small.RunAsync(RoundDebits, cancellationToken));
            after10M.Add(await large.RunAsync(RoundDebits, cancellationToken));
            var (p99After10K, p99After10M) = (after10K.Last.Latencies.Percentile(99), after10M.Last.Latencies.Percentile(99));
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{Names[0]} round {round}: p99 {p99After10K:0.00} ms and {p99After10M:0.00} ms"));
        }
        await small.VerifyAsync(cancellationToken);
        await large.VerifyAsync(cancellationToken);
        report.AddP99(Names[0], after10M, "10 thousand stored", after10K,
            FormattableString.Invariant($"{Callers} concurrent callers over {WalletLoad.Wallets:N0} wallets, ")
            + FormattableString.Invariant($"{Rounds} rounds of {RoundDebits:N0} debits in turns; ")
            + FormattableString.Invariant($"at the end {small.Transfers:N0} and {large.Transfers:N0} transfers were stored"));
    }

    private sealed class Side(ServiceProcess wallet, WalletLoad load, string database) : IDisposable
    {
        private const int FillCalls = 3;
        private const int FillLength = 2_000;

        public long Transfers => load.Transfers;

        /// <summary>Starts a service and makes it store that many transfers.</summary>
        public static async Task<Side> OpenAsync(BenchmarkServer server, string name, long transfers, CancellationToken cancellationToken)
        {
            var database = await server.CreateDatabaseAsync(name, cancellationToken);
            var wallet = await ServiceProcess.StartAsync(
                "Wallet", new Dictionary<string, string> { ["ConnectionStrings:walletdb"] = database }, cancellationToken);
            var load = new WalletLoad(server, wallet);
            var side = new Side(wallet, load, database);
            await load.FundAsync(cancellationToken);
            var left = (transfers - load.Transfers + FillLength - 1) / FillLength;
            if (left > 0)
            {
                var filled = await load.DebitInBatchesAsync(
                    FillCalls, FillLength, () => Interlocked.Decrement(ref left) >= 0, cancellationToken);
                Console.Error.WriteLine($"{Names[0]}: filled with {filled.Operations:N0} debits, {filled.Rate:N0}/s");
            }
            return side;
        }

        /// <summary>Finishes PostgreSQL's background work after the fill, so that it does not affect the measurement.</summary>
        public async Task VacuumAsync(CancellationToken cancellationToken)
        {
            await BenchmarkServer.ExecuteAsync(database, "VACUUM ANALYZE", cancellationToken);
            await BenchmarkServer.ExecuteAsync(database, "CHECKPOINT", cancellationToken);
        }

        public Task<Measurement> RunAsync(int debits, CancellationToken cancellationToken)
        {
            var left = debits;
            return load.DebitAsync(
                Callers, () => Random.Shared.Next(WalletLoad.Wallets), () => Interlocked.Decrement(ref left) >= 0, cancellationToken);
        }

        public Task VerifyAsync(CancellationToken cancellationToken) => load.VerifyAsync(database, cancellationToken);

        public void Dispose()
        {
            load.Dispose();
            wallet.Dispose();
        }
    }
}
