using System.Diagnostics;
using System.Net;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The whole way of a request, Gateway, Wallet and PostgreSQL, compared with the simplest wallet on Cloudflare's own runtime and database.
/// </summary>
public static class WorkerRates
{
    private const string Read = "worker.wallet_read";
    private const string Debit = "worker.debit";
    private const string DebitHot = "worker.debit_hot";
    private const int Connections = 32;
    private const int WarmUpSeconds = 5;

    public static readonly string[] Names = [Read, Debit, DebitHot];

    public static async Task RunAsync(
        IReadOnlyList<string> names, BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var stack = await GatewayStack.StartAsync(cancellationToken);
        report.PostgresVersion = (await stack.Server.DescribeAsync(cancellationToken)).Version;
        using var worker = await WorkerD1.StartAsync(stack.Users.Ids, cancellationToken);
        using var toGateway = new HttpLoad(Connections, HttpVersion.Version11, stack.Gateway.Address);
        using var toWallet = new HttpLoad(Connections, HttpVersion.Version20, stack.Wallet.Address);
        using var toWorker = new HttpLoad(Connections, HttpVersion.Version11, worker.Address);
        foreach (var name in names)
        {
            Func<HttpRequestMessage> ourNext = name switch
            {
                Read => () => stack.Users.ReadBalance(viaGateway: true),
                Debit => () => stack.Users.Debit(viaGateway: true),
                // A user's requests are limited at the Gateway.
                _ => () => stack.Users.DebitHot(),
            };
            Func<HttpRequestMessage> itsNext = name switch { Read => worker.ReadBalance, Debit => worker.Debit, _ => worker.DebitHot };
            var ourLoad = name == DebitHot ? toWallet : toGateway;
            Task<Measurement> RunAsync(HttpLoad load, Func<HttpRequestMessage> next, Func<TimeSpan?> cpu, int seconds)
            {
                var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
                return load.RunAsync(next, () => Stopwatch.GetTimestamp() < end, cpu, cancellationToken);
            }
            var (ours, peers) = (new Series(), new Series());
            await RunAsync(toWorker, itsNext, worker.ServerCpu, WarmUpSeconds);
            await RunAsync(ourLoad, ourNext, stack.ServerCpu, WarmUpSeconds);
            for (var round = 1; round <= BenchmarkOptions.Rounds; round++)
            {
                peers.Add(await RunAsync(toWorker, itsNext, worker.ServerCpu, options.RoundSeconds));
                ours.Add(await RunAsync(ourLoad, ourNext, stack.ServerCpu, options.RoundSeconds));
                Console.Error.WriteLine($"{name} round {round}: workerd and D1 {peers.Last.Rate:N0}/s, ours {ours.Last.Rate:N0}/s");
            }
            report.AddRates(name, ours, "workerd and D1", peers, name == DebitHot
                ? $"{Connections} connections to the Wallet directly, all debit one wallet"
                : $"{Connections} connections to the Gateway, one request at a time each");
        }
        await stack.VerifyAsync(cancellationToken);
    }
}
