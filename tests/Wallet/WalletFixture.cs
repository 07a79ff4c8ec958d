using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>One Wallet service on one database; every test creates its own users.</summary>
public class WalletFixture : IAsyncLifetime
{
    /// <summary>The databases of the ledger by their number.</summary>
    public IReadOnlyList<TestDatabase> Databases { get; private set; } = [];

    public TestDatabase Database => Databases[0];

    public ServiceApp App { get; private set; } = null!;

    public Client Wallet { get; private set; } = null!;

    /// <summary>How long a batch waits for a lock: by default, as long as a test may hold one. Null is the service's default.</summary>
    public string? LockTimeout { get; set; } = "00:00:09";

    /// <summary>The clock of the services; null for the system's.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>The number of databases.</summary>
    protected virtual int Shards => 1;

    public virtual async ValueTask InitializeAsync()
    {
        Databases = await Task.WhenAll(Enumerable.Range(0, Shards).Select(_ => TestDatabase.CreateAsync()));
        App = await StartServiceAsync();
        Wallet = new Client(App.Invoker());
    }

    public Task<ServiceApp> StartServiceAsync(params (string Key, string Value)[] settings)
    {
        var all = Settings();
        Array.ForEach(settings, setting => all[setting.Key] = setting.Value);
        return ServiceApp.StartAsync("Wallet", all, services =>
        {
            if (Clock is not null)
            {
                services.AddSingleton(Clock);
            }
        });
    }

    /// <summary>The settings of a service on the databases.</summary>
    public Dictionary<string, string?> Settings()
    {
        var all = new Dictionary<string, string?>();
        if (Shards > 1)
        {
            all["Ledger:Shards"] = $"{Shards}";
            all["Ledger:WithoutJoins"] = "true";
        }
        for (var number = 0; number < Shards; number++)
        {
            all[$"ConnectionStrings:{ShardId.NameOf(number)}"] = Databases[number].ConnectionString;
        }
        if (LockTimeout is not null)
        {
            all["Ledger:LockTimeout"] = LockTimeout;
        }
        return all;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        foreach (var database in Databases)
        {
            await database.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>A user with this balance.</summary>
    public async Task<string> UserWithAsync(long cents)
    {
        var user = Guid.NewGuid().ToString();
        if (cents > 0)
        {
            await Wallet.CreditAsync(Requests.Credit(user, "seed", cents));
        }
        return user;
    }

    public async Task<(long Balance, long Held)> BalanceAsync(string user)
    {
        var balance = await Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user });
        return (balance.BalanceCents, balance.HeldCents);
    }

    /// <summary>The audit's findings for one wallet or all.</summary>
    public async Task<IReadOnlyList<V1.AuditFinding>> AuditAsync(string user = "")
    {
        using var call = Wallet.Audit(new AuditRequest { UserId = user });
        var findings = new List<V1.AuditFinding>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            findings.Add(call.ResponseStream.Current);
        }
        return findings;
    }

    public async Task<IReadOnlyList<Entry>> StatementAsync(string user) =>
        (await Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user, Limit = 100 })).Entries;

    /// <summary>The number of wallets that differ from the sums of their transfers, which must be 0.</summary>
    public async Task<long> DifferencesAsync() =>
        (await Task.WhenAll(Databases.Select(database => database.ScalarAsync<long>(Differences)))).Sum();

    private const string Differences = """
        SELECT count(*) FROM accounts a
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount_cents) FILTER (WHERE credit_account = 1), 0)
                   - coalesce(sum(amount_cents) FILTER (WHERE debit_account = 1), 0) AS balance,
                   coalesce(sum(amount_cents) FILTER (WHERE credit_account = 2), 0)
                   - coalesce(sum(amount_cents) FILTER (WHERE debit_account = 2), 0) AS held,
                   count(*) AS transfers, coalesce(max(sequence), 0) AS last_sequence,
                   (array_agg(balance_after_cents ORDER BY sequence DESC))[1] AS last_balance
            FROM transfers t WHERE t.user_id = a.user_id) t ON true
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount_cents), 0) AS held FROM holds h WHERE h.user_id = a.user_id AND h.state = 1) h ON true
        WHERE a.balance_cents <> t.balance OR a.held_cents <> t.held OR a.held_cents <> h.held
           OR a.last_sequence <> t.transfers OR a.last_sequence <> t.last_sequence OR a.balance_cents <> coalesce(t.last_balance, 0)
        """;

    /// <summary>The error code of a call; "ok" when it succeeds.</summary>
    public static async Task<string> CodeOfAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return "ok";
        }
        catch (RpcException exception)
        {
            return exception.ErrorCode() ?? exception.StatusCode.ToString();
        }
    }
}

[CollectionDefinition("Wallet")]
public sealed class WalletCollection : ICollectionFixture<WalletFixture>;
