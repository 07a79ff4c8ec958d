using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Benchmarks;

/// <summary>Calls a Wallet service by gRPC, as the other services do, and records the outcomes.</summary>
public sealed class WalletLoad : IDisposable
{
    /// <summary>The usual number of wallets, besides the hot one.</summary>
    public const int Wallets = 10_000;

    /// <summary>The initial balance of every wallet; a debit takes one cent.</summary>
    public const long FundsCents = 1_000_000_000;

    private const int Channels = 4;

    private static long _keys;

    private readonly BenchmarkServer _server;
    private readonly Metadata _headers = new() { { InternalHeaders.Credential, ServiceProcess.Credential } };
    private readonly string[] _users;
    private readonly int[] _spentCents;
    private GrpcChannel[] _channels = [];
    private WalletService.WalletServiceClient[] _clients = [];
    private ServiceProcess[] _replicas = [];

    /// <param name="server">The PostgreSQL server of the wallets.</param>
    /// <param name="wallets">How many, besides the hot one.</param>
    /// <param name="replicas">The service's processes.</param>
    public WalletLoad(BenchmarkServer server, int wallets, params ServiceProcess[] replicas)
    {
        _server = server;
        _users = MakeUsers(wallets + 1);
        _spentCents = new int[_users.Length];
        Connect(replicas);
    }

    /// <summary>The number of transfers that were confirmed.</summary>
    public long Transfers { get; private set; }

    /// <summary>The index of the wallet that all callers debit.</summary>
    public int Hot => _users.Length - 1;

    /// <summary>Calls these processes from now on.</summary>
    public void Connect(params ServiceProcess[] replicas)
    {
        Dispose();
        _channels = [.. Enumerable.Range(0, Channels).Select(index => GrpcChannel.ForAddress(
            replicas[index % replicas.Length].Address, new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false,
                    ActivityHeadersPropagator = null },
                DisposeHttpClient = true,
            }))];
        _clients = [.. _channels.Select(channel => new WalletService.WalletServiceClient(channel))];
        _replicas = replicas;
    }

    /// <summary>Forgets the debits: the database is again as it was after the wallets were funded.</summary>
    public void ForgetDebits()
    {
        Array.Clear(_spentCents);
        Transfers = _users.Length;
    }

    /// <summary>Funds every wallet.</summary>
    public async Task FundAsync(CancellationToken cancellationToken)
    {
        await WalletFunds.CreditAsync(_replicas[0], _users, cancellationToken);
        Transfers += _users.Length;
    }

    /// <summary>Debits with single calls from concurrent callers, each of which waits for the response.</summary>
    /// <param name="callers">The number of callers.</param>
    /// <param name="pick">Picks the next wallet.</param>
    /// <param name="goesOn">Whether to make another debit.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <param name="byUser">Whether the wallet chooses the replica, and not the caller.</param>
    public Task<Measurement> DebitAsync(
        int callers, Func<int> pick, Func<bool> goesOn, CancellationToken cancellationToken, bool byUser = false) =>
        MeasureAsync(callers, 1, async (caller, latencies) =>
        {
            // One message per caller and no cancellation token per call, to keep the cost of the client low.
            var request = new DebitRequest { JobId = "benchmark", AmountCents = 1 };
            while (goesOn() && !cancellationToken.IsCancellationRequested)
            {
                var user = pick();
                request.UserId = _users[user];
                request.IdempotencyKey = NewKey();
                var begin = Stopwatch.GetTimestamp();
                await ClientOf(byUser ? user : caller).DebitAsync(request, _headers);
                latencies.Add(Stopwatch.GetElapsedTime(begin));
                Interlocked.Increment(ref _spentCents[user]);
            }
        }, cancellationToken);

    /// <summary>Debits with concurrent batch calls of <paramref name="length"/> debits.</summary>
    public Task<Measurement> DebitInBatchesAsync(int calls, int length, Func<bool> goesOn, CancellationToken cancellationToken) =>
        MeasureAsync(calls, length, async (caller, latencies) =>
        {
            var users = new int[length];
            var request = new PostBatchRequest();
            request.Commands.AddRange(
                users.Select(_ => new BatchCommand { Debit = new DebitRequest { JobId = "benchmark", AmountCents = 1 } }));
            while (goesOn())
            {
                for (var i = 0; i < length; i++)
                {
                    users[i] = Random.Shared.Next(Hot);
                    request.Commands[i].Debit.UserId = _users[users[i]];
                    request.Commands[i].Debit.IdempotencyKey = NewKey();
                }
                var begin = Stopwatch.GetTimestamp();
                var response = await ClientOf(caller).PostBatchAsync(request, _headers, cancellationToken: cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(begin));
                if (response.Outcomes.FirstOrDefault(outcome => outcome.ErrorCode != "" || outcome.Replayed) is { } refused
                    || response.Outcomes.Count != length)
                {
                    throw new BenchmarkException(
                        $"A batch of {length} failed: {response.Outcomes.Count} outcomes, "
                        + $"{response.Outcomes.FirstOrDefault(outcome => outcome.ErrorCode != "")}");
                }
                foreach (var user in users)
                {
                    Interlocked.Increment(ref _spentCents[user]);
                }
            }
        }, cancellationToken);

    /// <summary>Checks that service and database match the outcomes that the callers received.</summary>
    public async Task VerifyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var wrong = 0;
        await Parallel.ForAsync(
            0, _users.Length, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
            async (user, cancellation) =>
            {
                var balance = await ClientOf(user)
                    .GetBalanceAsync(new GetBalanceRequest { UserId = _users[user] }, _headers, cancellationToken: cancellation);
                if (balance.BalanceCents != FundsCents - _spentCents[user])
                {
                    Interlocked.Increment(ref wrong);
                }
            });
        var stored = await BenchmarkServer.ScalarAsync<long>(connectionString, "SELECT count(*) FROM transfers", cancellationToken);
        if (wrong > 0 || stored != Transfers)
        {
            throw new BenchmarkException(
                $"The ledger is wrong: {Transfers} transfers were confirmed, {stored} are stored, {wrong} balances differ.");
        }
    }

    public void Dispose() => Array.ForEach(_channels, channel => channel.Dispose());

    private async Task<Measurement> MeasureAsync(
        int callers, int length, Func<int, Latencies, Task> call, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        GC.Collect();
        var (serverCpu, clientCpu) = (ServerCpu(), CpuClock.OfThis);
        var begin = Stopwatch.GetTimestamp();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => call(caller, latencies))));
        }
        catch (RpcException exception)
        {
            throw new BenchmarkException($"A call failed: {exception.Status} {exception.Trailers.GetValue("error-code")}");
        }
        cancellationToken.ThrowIfCancellationRequested();
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var operations = latencies.Count * length;
        Transfers += operations;
        return new Measurement(operations, seconds, latencies, ServerCpu() - serverCpu, CpuClock.OfThis - clientCpu);
    }

    private TimeSpan? ServerCpu() => _replicas.Aggregate(
        CpuClock.OfFamily(_server.Postgres.ProcessId), (sum, replica) => sum + CpuClock.OfFamily(replica.ProcessId));

    private WalletService.WalletServiceClient ClientOf(int caller) => _clients[caller % _clients.Length];

    private static string NewKey() => $"bench-{Interlocked.Increment(ref _keys)}";

    // Random ids, the same in each run.
    private static string[] MakeUsers(int count)
    {
        var random = new Random(1);
        var bytes = new byte[16];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            random.NextBytes(bytes);
            return new Guid(bytes).ToString();
        })];
    }
}
