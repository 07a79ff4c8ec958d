using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>A Wallet service whose clock the tests set, so that a history of years is written quickly.</summary>
public sealed class HistoryFixture : IAsyncLifetime
{
    public const int LongHistoryLength = 20_000;

    private Task<string>? _longHistory;

    public TestDatabase Database { get; private set; } = null!;

    public ServiceApp App { get; private set; } = null!;

    public Client Wallet { get; private set; } = null!;

    public SettableClock Clock { get; } = new(new DateTimeOffset(2020, 1, 30, 23, 59, 58, TimeSpan.Zero));

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        // The ledger's clock is the database's: here a function of that name that comes before PostgreSQL's own.
        await Database.ExecuteAsync("""
            CREATE SEQUENCE test_clock;
            CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER AS
                $$ SELECT 'epoch'::timestamptz + last_value * interval '1 microsecond' FROM public.test_clock $$
            """);
        await AdvanceAsync(TimeSpan.Zero);
        App = await ServiceApp.StartAsync("Wallet",
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:walletdb"] =
                    new NpgsqlConnectionStringBuilder(Database.ConnectionString) { SearchPath = "public,pg_catalog" }.ConnectionString,
            },
            services => services.AddSingleton<TimeProvider>(Clock));
        Wallet = new Client(App.Invoker());
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Moves the clocks of the database and of the service.</summary>
    public Task AdvanceAsync(TimeSpan step)
    {
        Clock.Advance(step);
        var microseconds = (Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return Database.ExecuteAsync($"SELECT setval('test_clock', {microseconds})");
    }

    /// <summary>A user with random commands at many times, several of them at the same time.</summary>
    public async Task<string> UserWithHistoryAsync(int seed, int steps, TimeSpan longestPause)
    {
        var random = new Random(seed);
        var user = Guid.NewGuid().ToString();
        for (var step = 0; step < steps; step++)
        {
            var (key, cents, job) = ($"key{step}", random.Next(1, 100), $"job{random.Next(20)}");
            _ = await WalletFixture.CodeOfAsync((step == 0 ? 5 : random.Next(6)) switch
            {
                0 => Wallet.PlaceHoldAsync(Requests.Place(user, key, cents, job)).As(),
                1 => Wallet.SettleHoldAsync(Requests.Settle(user, key, random.Next(50), job)).As(),
                2 => Wallet.ReleaseHoldAsync(Requests.Release(user, key, job)).As(),
                3 => Wallet.DebitAsync(Requests.Debit(user, key, cents, job)).As(),
                _ => Wallet.CreditAsync(Requests.Credit(user, key, cents, random.Next(3) switch
                {
                    0 => V1.EntryReason.Topup,
                    1 => V1.EntryReason.Bonus,
                    _ => V1.EntryReason.Adjustment,
                })).As(),
            });
            await AdvanceAsync(random.Next(4) switch
            {
                0 => TimeSpan.Zero,
                1 => TimeSpan.FromMicroseconds(1),
                _ => longestPause * random.NextDouble(),
            });
        }
        return user;
    }

    /// <summary>A user with <see cref="LongHistoryLength"/> entries of one cent each, shared by all tests.</summary>
    public Task<string> UserWithLongHistoryAsync() => _longHistory ??= Task.Run(async () =>
    {
        var user = Guid.NewGuid().ToString();
        await Parallel.ForEachAsync(Enumerable.Range(0, LongHistoryLength), new ParallelOptions { MaxDegreeOfParallelism = 200 },
            async (n, token) => await Wallet.CreditAsync(Requests.Credit(user, $"key{n}", 1), cancellationToken: token));
        return user;
    });

    /// <summary>The user's transfers in the database, in order.</summary>
    public async Task<IReadOnlyList<Moved>> TransfersAsync(string user)
    {
        await using var dataSource = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var command = dataSource.CreateCommand("""
            SELECT created_at, reason, debit_account, credit_account, amount_cents, balance_after_cents, sequence
            FROM transfers WHERE user_id = $1 ORDER BY sequence
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(user) });
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<Moved>();
        while (await reader.ReadAsync())
        {
            var (from, to, cents) = (reader.GetInt16(2), reader.GetInt16(3), reader.GetInt64(4));
            all.Add(new Moved(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt16(1), from == 1 || to == 1, to == 1 ? cents : from == 1 ? -cents : 0,
                reader.GetInt64(5), reader.GetInt64(6)));
        }
        return all;
    }

    public sealed record Moved(DateTimeOffset At, short Reason, bool IsEntry, long ChangeCents, long BalanceAfterCents, long Sequence);
}

internal static class Calls
{
    /// <summary>A call whose response is ignored.</summary>
    public static Grpc.Core.AsyncUnaryCall<object> As<T>(this Grpc.Core.AsyncUnaryCall<T> call) where T : class => new(
        Convert(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);

    private static async Task<object> Convert<T>(Task<T> response) where T : class => await response;
}

[CollectionDefinition("History")]
public sealed class HistoryCollection : ICollectionFixture<HistoryFixture>;
