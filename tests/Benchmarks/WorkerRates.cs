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
            var (ours, peers) = await HttpTurns.MeasureAsync(
                name, options, new HttpSide(name == DebitHot ? toWallet : toGateway, ourNext, stack.ServerCpu),
                new HttpSide(toWorker, itsNext, worker.ServerCpu), cancellationToken);
            report.AddRates(name, ours, "workerd and D1", peers, name == DebitHot
                ? $"{Connections} connections to the Wallet directly, all debit one wallet"
                : $"{Connections} connections to the Gateway, one request at a time each");
        }
        await stack.VerifyAsync(cancellationToken);
    }
}
