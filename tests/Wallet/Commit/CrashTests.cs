using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using LocalPostgres;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// kill -9 of the service and of PostgreSQL under load. Clients repeat each command with its key until they receive an
/// outcome; afterwards the ledger must match these outcomes.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Clients = 24;
    private const int Users = 12;
    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-wallet-crash-").FullName;
    private readonly ConcurrentDictionary<string, long> _toldCents = [];
    private readonly ConcurrentDictionary<(string User, string Key), bool> _toldKeys = [];
    private PostgresServer _postgres = null!;
    private ServiceProcess _process = null!;
    private GrpcChannel _channel = null!;
    private CallInvoker _invoker = null!;
    private long _answered;

    public async ValueTask InitializeAsync()
    {
        _postgres = await StartPostgresAsync(0);
        await using (var connection = new NpgsqlConnection(_postgres.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand("CREATE DATABASE walletdb", connection);
            await create.ExecuteNonQueryAsync();
        }
        await StartServiceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _process.Dispose();
        await _postgres.DisposeAsync();
        PostgresServer.DeleteData(_directory);
    }

    [Fact]
    public async Task After_crashes_the_ledger_matches_every_outcome_that_clients_received()
    {
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(n => Task.Run(() => SpendAsync(n, stop.Token))).ToArray();
        for (var kill = 0; kill < 10; kill++)
        {
            await WorkAsync();
            await _process.KillAsync();
            await StartServiceAsync();
        }
        for (var kill = 0; kill < 3; kill++)
        {
            await WorkAsync();
            var port = _postgres.Port;
            await _postgres.StopAsync(PostgresStop.Immediate);
            await _postgres.DisposeAsync();
            _postgres = await StartPostgresAsync(port);
        }
        await WorkAsync();
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        var wallet = Wallet;
        foreach (var (user, cents) in _toldCents)
        {
            Assert.Equal(cents, (await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).BalanceCents);
        }
        Assert.Equal(_toldKeys.Keys.Order(), (await KeysAsync()).Order());
        using var audit = wallet.Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None));
    }

    private Client Wallet => new(_invoker);

    // Waits until the clients have received enough outcomes.
    private async Task WorkAsync()
    {
        var enough = Interlocked.Read(ref _answered) + 400;
        await Eventually.IsTrueAsync(() => Task.FromResult(Interlocked.Read(ref _answered) >= enough), "the clients get on");
    }

    private async Task SpendAsync(int client, CancellationToken stop)
    {
        var random = new Random(client);
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var user = new Guid(client % Users + 1, 0, 0, new byte[8]).ToString();
            var (key, job, cents) = ($"{client}-{n}", $"job-{client}-{n}", random.Next(1, 50));
            switch (random.Next(4))
            {
                case 0:
                    await TellAsync(user, key, cents,
                        wallet => wallet.CreditAsync(Requests.Credit(user, key, cents, payment: $"pi_{key}")));
                    break;
                case 1:
                    await TellAsync(user, key, -cents, wallet => wallet.DebitAsync(Requests.Debit(user, key, cents)));
                    break;
                case 2 when await TellAsync(user, key, -cents, wallet => wallet.PlaceHoldAsync(Requests.Place(user, key, cents, job))):
                    var cost = random.Next(0, cents + 1);
                    await TellAsync(user, $"{key}-settle", cents - cost,
                        wallet => wallet.SettleHoldAsync(Requests.Settle(user, $"{key}-settle", cost, job)));
                    break;
                case 3 when await TellAsync(user, key, -cents, wallet => wallet.PlaceHoldAsync(Requests.Place(user, key, cents, job))):
                    await TellAsync(user, $"{key}-release", cents,
                        wallet => wallet.ReleaseHoldAsync(Requests.Release(user, $"{key}-release", job)));
                    break;
            }
        }
    }

    /// <summary>Repeats the command with the same key until its outcome is known; true when it was executed.</summary>
    private async Task<bool> TellAsync<T>(string user, string key, long changeCents, Func<Client, AsyncUnaryCall<T>> call)
    {
        while (true)
        {
            try
            {
                await call(Wallet);
                Assert.True(_toldKeys.TryAdd((user, key), true));
                _toldCents.AddOrUpdate(user, changeCents, (_, cents) => cents + changeCents);
                Interlocked.Increment(ref _answered);
                return true;
            }
            catch (RpcException exception) when (exception.ErrorCode() == "insufficient_funds")
            {
                Interlocked.Increment(ref _answered);
                return false;
            }
            catch (Exception exception) when (exception is RpcException
            {
                StatusCode: StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.ResourceExhausted,
            }
                or ObjectDisposedException)
            {
                await Task.Delay(20);
            }
        }
    }

    private async Task<List<(string User, string Key)>> KeysAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT user_id, idempotency_key FROM transfers WHERE idempotency_key IS NOT NULL", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            keys.Add((reader.GetGuid(0).ToString(), reader.GetString(1)));
        }
        return keys;
    }

    private string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = "walletdb" }.ConnectionString;

    private Task<PostgresServer> StartPostgresAsync(int port) => PostgresServer.StartAsync(
        new PostgresServerOptions { DataDirectory = _directory, Port = port, Password = "crash" });

    private async Task StartServiceAsync()
    {
        _process?.Dispose();
        _process = await ServiceProcess.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = ConnectionString });
        (_invoker, _channel) = _process.Connect();
    }
}
