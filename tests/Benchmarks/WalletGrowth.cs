namespace ReelBallers.Benchmarks;

/// <summary>Compares debits with few and with many stored transfers: their latency, and what they write ahead.</summary>
public static class WalletGrowth
{
    public static readonly string[] Names = ["wallet.unary.growth"];

    private const long Large = 10_000_000;
    private const int Wallets = 5_000;
    private const int Callers = 32;
    private const int Rounds = 7;
    private const int WarmUpDebits = 4_000;
    private const int RoundDebits = 5_000;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        var wal = await WalRecords.OpenAsync(server, cancellationToken);
        using var small = await WalletGrowthSide.OpenAsync(server, wal, "small", Wallets, transfers: 0, cancellationToken);
        using var large = await WalletGrowthSide.OpenAsync(server, wal, "large", Wallets, Large, cancellationToken);
        for (var round = 1; round <= Rounds; round++)
        {
            // Each round of the small side begins with the same few transfers, and both with a new process.
            await small.RestoreAsync(cancellationToken);
            await small.RunAsync(Callers, WarmUpDebits, RoundDebits, cancellationToken);
            await large.RunAsync(Callers, WarmUpDebits, RoundDebits, cancellationToken);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{Names[0]} round {round}: p99 {small.Rounds.Last.Latencies.Percentile(99):0.00} ms with {small.Transfers:N0} transfers ")
                + FormattableString.Invariant($"and {large.Rounds.Last.Latencies.Percentile(99):0.00} ms with {large.Transfers:N0}"));
        }
        await small.VerifyAsync(cancellationToken);
        await large.VerifyAsync(cancellationToken);
        report.AddP99(Names[0], large.Rounds, "10 thousand stored", small.Rounds,
            FormattableString.Invariant($"{Callers} concurrent callers over {Wallets:N0} wallets, ")
            + FormattableString.Invariant($"{Rounds} rounds of {RoundDebits:N0} debits in turns, each after a checkpoint; ")
            + FormattableString.Invariant($"at the end of a round {small.Transfers:N0} and {large.Transfers:N0} transfers were stored; ")
            + $"write-ahead log of a debit: {small.Written} and {large.Written}");
    }
}
