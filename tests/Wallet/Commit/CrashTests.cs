using System.Collections.Concurrent;
using Grpc.Core;
using LocalPostgres;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// kill -9 of the service's two replicas and of PostgreSQL under load of every kind of command. Clients repeat each command
/// with its key, at either replica, until they receive an outcome; afterwards the ledger must match these outcomes. With one
/// database, and with two.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Clients = 24;
    private const int Users = 12;
    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-wallet-crash-").FullName;
    private readonly ConcurrentDictionary<string, long> _toldCents = [];
    private readonly ConcurrentDictionary<(string User, string Key), bool> _toldKeys = [];
    private PostgresServer _postgres = null!;
    private Replicas? _replicas;
    private int _databases;
    private long _answered;

    public async ValueTask InitializeAsync()
    {
        _postgres = await StartPostgresAsync(0);
        await using (var connection = new NpgsqlConnection(_postgres.ConnectionString))
        {
            await connection.OpenAsync();
            for (var number = 0; number < 2; number++)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {ShardId.NameOf(number)}", connection);
                await create.ExecuteNonQueryAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _replicas?.Dispose();
        await _postgres.DisposeAsync();
        PostgresServer.DeleteData(_directory);
    }

    [Theory]
    [InlineData(1, 10, 3)]
    [InlineData(2, 4, 1)]
    public async Task After_crashes_the_ledger_matches_every_outcome_that_clients_received(int databases, int kills, int outages)
    {
        _databases = databases;
        _replicas = new Replicas(new Dictionary<string, string?>
        {
            ["Ledger:Shards"] = $"{_databases}",
            ["Ledger:WithoutJoins"] = "true",
            ["ConnectionStrings:walletdb"] = ConnectionString(0),
            ["ConnectionStrings:walletdb1"] = ConnectionString(1),
        });
        await _replicas.StartAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(n => Task.Run(() => SpendAsync(n, stop.Token))).ToArray();
        for (var kill = 0; kill < kills; kill++)
        {
            await WorkAsync();
            await _replicas.KillAsync(kill % 2);
        }
        for (var kill = 0; kill < outages; kill++)
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

        Assert.True(_replicas.Interrupted > 0);
        var wallet = _replicas[0];
        foreach (var (user, cents) in _toldCents)
        {
            // What expires does so by itself.
            await Eventually.BecomesAsync(
                async () => (await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).BalanceCents,
                balance => balance == cents, $"{user} has {cents}");
        }
        var keys = new List<(string User, string Key)>();
        for (var number = 0; number < databases; number++)
        {
            var found = await KeysAsync(number);
            Assert.NotEmpty(found);
            Assert.All(found, key => Assert.Equal(number, ShardId.NumberOf(Guid.Parse(key.User), databases)));
            keys.AddRange(found);
        }
        Assert.Equal(_toldKeys.Keys.Order(), keys.Order());
        using var audit = wallet.Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None));
    }

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
            // A wallet that only this client uses, so that it knows what a clawback takes.
            var own = new Guid(1000 + client, 0, 0, new byte[8]).ToString();
            switch (random.Next(9))
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
                case 4:
                    await TellAsync(own, key, cents, wallet => wallet.CreditAsync(Requests.Credit(own, key, cents, payment: $"pi_{key}")));
                    await TellAsync(own, $"{key}-refund", -cents,
                        wallet => wallet.ClawBackAsync(Requests.ClawBack(own, $"{key}-refund", cents, payment: $"pi_{key}")));
                    await TellAsync(own, $"{key}-won", cents,
                        wallet => wallet.ReinstateAsync(Requests.Reinstate(own, $"{key}-won", cents, payment: $"pi_{key}")));
                    break;
                case 5:
                    await TellAsync(own, null, 0, wallet => wallet.FreezeAsync(new FreezeRequest { UserId = own, Reference = key }));
                    await TellAsync(own, null, 0, wallet => wallet.UnfreezeAsync(new UnfreezeRequest { UserId = own, Reference = key }));
                    break;
                case 6:
                    var idle = new Guid(2000 + client, 0, 0, new byte[8]).ToString();
                    var expiring = Requests.Credit(idle, key, cents, V1.EntryReason.Bonus, $"pi_{key}");
                    expiring.ExpiresAt = new() { Seconds = 1_000_000_000 };
                    await TellAsync(idle, key, 0, wallet => wallet.CreditAsync(expiring));
                    break;
                case 7:
                    await TellAsync(own, $"{key}-get", cents, wallet => wallet.PostBatchAsync(Requests.Batch(
                        [
                            Requests.InBatch(Requests.Credit(own, $"{key}-more", cents, payment: $"pi_{key}")),
                            Requests.InBatch(Requests.Debit(own, $"{key}-pay", cents)),
                            Requests.InBatch(Requests.Credit(own, $"{key}-get", cents, payment: $"pi_{key}")),
                        ],
                        0, 1)));
                    Assert.True(_toldKeys.TryAdd((own, $"{key}-more"), true) && _toldKeys.TryAdd((own, $"{key}-pay"), true));
                    break;
                case 8:
                    var old = UserNear(own, random).ToString();
                    await TellAsync(old, key, cents, wallet => wallet.CreditAsync(Requests.Credit(old, key, cents, payment: $"pi_{key}")));
                    await TellAsync(old, $"{key}-join", -cents, wallet => wallet.JoinWalletsAsync(Requests.Join(old, own, $"{key}-join")));
                    _toldCents.AddOrUpdate(own, cents, (_, told) => told + cents);
                    // These follow to the wallet that only this client uses, under keys of the service's own.
                    await TellAsync(own, null, cents, wallet => wallet.CreditAsync(Requests.Credit(old, $"{key}-late", cents)));
                    await TellAsync(own, null, -cents,
                        wallet => wallet.ClawBackAsync(Requests.ClawBack(old, $"{key}-refund", cents, payment: $"pi_{key}")));
                    break;
            }
        }
    }

    // Another user of the same database: only these can be joined.
    private Guid UserNear(string user, Random random)
    {
        var bytes = new byte[16];
        while (true)
        {
            random.NextBytes(bytes);
            var near = new Guid(bytes);
            if (ShardId.NumberOf(near, _databases) == ShardId.NumberOf(Guid.Parse(user), _databases))
            {
                return near;
            }
        }
    }

    /// <summary>Repeats the command with the same key until its outcome is known; true when it was executed.</summary>
    private async Task<bool> TellAsync<T>(string user, string? key, long changeCents, Func<Client, AsyncUnaryCall<T>> call)
        where T : class
    {
        var (answer, _) = await _replicas!.OutcomeAsync(call, "insufficient_funds");
        if (answer is PostBatchResponse batch)
        {
            Assert.All(batch.Outcomes, outcome => Assert.Equal("", outcome.ErrorCode));
        }
        if (answer is not null)
        {
            Assert.True(key is null || _toldKeys.TryAdd((user, key), true));
            _toldCents.AddOrUpdate(user, changeCents, (_, cents) => cents + changeCents);
        }
        Interlocked.Increment(ref _answered);
        return answer is not null;
    }

    private async Task<List<(string User, string Key)>> KeysAsync(int database)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT user_id, idempotency_key FROM transfers WHERE idempotency_key NOT LIKE '§%'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            keys.Add((reader.GetGuid(0).ToString(), reader.GetString(1)));
        }
        return keys;
    }

    private string ConnectionString(int number) =>
        new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = ShardId.NameOf(number) }.ConnectionString;

    private Task<PostgresServer> StartPostgresAsync(int port) => PostgresServer.StartAsync(
        new PostgresServerOptions { DataDirectory = _directory, Port = port, Password = "crash" });
}
