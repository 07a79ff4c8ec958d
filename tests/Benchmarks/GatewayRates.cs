using System.Net;

namespace ReelBallers.Benchmarks;

/// <summary>
/// Requests through the Gateway, with identity and rate limits on, compared with the same requests to the Wallet directly.
/// </summary>
public static class GatewayRates
{
    private const string Read = "gateway.wallet_read";
    private const string Debit = "gateway.debit";

    private static readonly (string Name, bool Debits, int Connections)[] Cases =
    [
        (Read, false, 32), ($"{Read}.256", false, 256), ($"{Read}.1", false, 1),
        (Debit, true, 32), ($"{Debit}.256", true, 256), ($"{Debit}.1", true, 1),
    ];

    public static readonly string[] Names = [.. Cases.Select(one => one.Name)];

    public static async Task RunAsync(
        IReadOnlyList<string> names, BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var stack = await GatewayStack.StartAsync(cancellationToken);
        report.PostgresVersion = (await stack.Server.DescribeAsync(cancellationToken)).Version;
        var (wallet, gateway, users) = (stack.Wallet, stack.Gateway, stack.Users);
        foreach (var (name, debits, connections) in Cases.Where(one => names.Contains(one.Name)))
        {
            using var through = new HttpLoad(connections, HttpVersion.Version11, gateway.Address);
            using var directly = new HttpLoad(connections, HttpVersion.Version20, wallet.Address);
            CpuTotal[] cpu = [new(gateway.ProcessId), new(wallet.ProcessId), new(stack.Server.Postgres.ProcessId)];
            HttpSide Side(HttpLoad load, bool viaGateway) =>
                new(load, () => debits ? users.Debit(viaGateway) : users.ReadBalance(viaGateway), stack.ServerCpu);
            var (ours, peers) = await HttpTurns.MeasureAsync(
                name, options, Side(through, viaGateway: true), Side(directly, viaGateway: false), cancellationToken, cpu);
            var notes = $"{connections} connections, one request at a time each; CPU of a request in the Gateway "
                + $"{cpu[0].Each(ours.Operations)}, the Wallet {cpu[1].Each(ours.Operations)}, "
                + $"PostgreSQL {cpu[2].Each(ours.Operations)}";
            if (connections == 1)
            {
                // Nothing queues for the two cores: the difference is what the Gateway takes.
                report.AddP50(name, ours, "the Wallet", peers, notes);
            }
            else
            {
                report.AddRates(name, ours, "the Wallet", peers, notes);
            }
        }
        await stack.VerifyAsync(cancellationToken);
    }
}
