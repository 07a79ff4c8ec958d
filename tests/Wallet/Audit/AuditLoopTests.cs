using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Operations.V1;
using ReelBallers.TestKit;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>The continuous audit. Every wallet has a wrong balance, so that the log shows which ones were checked.</summary>
public sealed class AuditLoopTests : IAsyncLifetime
{
    private const int Wallets = 12;
    private readonly WalletFixture _fixture = new();
    private readonly List<string> _users = [];

    public async ValueTask InitializeAsync()
    {
        // Its own audit stands still.
        _fixture.Clock = new ManualClock();
        await _fixture.InitializeAsync();
        for (var n = 0; n < Wallets; n++)
        {
            _users.Add(await _fixture.UserWithAsync(100));
        }
        await _fixture.Database.ExecuteAsync("UPDATE accounts SET balance_cents = balance_cents + 1");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_round_continues_after_a_restart()
    {
        // Due by the database's clock.
        await _fixture.Database.ExecuteAsync("UPDATE audit_shares SET finished_at = now() - interval '1 hour'");
        var found = new HashSet<string>();
        for (var start = 0; start < Wallets && found.Count < Wallets; start++)
        {
            var replica = await Replica.StartAsync(_fixture);
            await using (replica)
            {
                replica.Clock.Advance(TimeSpan.FromMinutes(1));
                await Eventually.IsTrueAsync(() =>
                {
                    replica.Clock.Advance(TimeSpan.FromSeconds(1));
                    return Task.FromResult(Found(replica).Count > 1 || found.Union(Found(replica)).Count() == Wallets);
                }, "two wallets are checked, or what is left");
            }
            // Also what it has checked until it stopped.
            found.UnionWith(Found(replica));
        }

        Assert.Equal(_users.Order(), found.Order());
    }

    [Fact]
    public async Task Replicas_divide_the_wallets_and_report_the_age_of_the_last_round()
    {
        await using var one = await Replica.StartAsync(_fixture);
        await using var two = await Replica.StartAsync(_fixture);
        await _fixture.Database.ExecuteAsync("UPDATE audit_shares SET finished_at = now() - interval '1 hour'");
        using var metrics = new RecordedMetrics(one.App.Services);

        await Eventually.IsTrueAsync(() =>
        {
            one.Clock.Advance(TimeSpan.FromMinutes(1));
            two.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(Found(one).Union(Found(two)).Count() == Wallets);
        }, "all wallets are checked");

        Assert.NotEmpty(Found(one));
        Assert.NotEmpty(Found(two));
        Assert.Empty(Found(one).Intersect(Found(two)));
        await Eventually.IsTrueAsync(() =>
        {
            one.Clock.Advance(TimeSpan.FromMinutes(1));
            two.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(metrics.Gauge("wallet.audit.last_round_age") is > 0 and < 3000);
        }, "the age falls");
    }

    [Fact]
    public async Task What_is_found_is_told_by_every_replica_until_it_is_repaired()
    {
        await using var one = await Replica.StartAsync(_fixture);
        await using var two = await Replica.StartAsync(_fixture);
        await RoundAsync(one);
        // The other one has checked nothing.
        var found = (await two.App.ConditionsAsync())[ConditionKinds.AuditFinding];
        Assert.Equal(
            _users.SelectMany(user => new[] { $"{user}/balance_mismatch/0", $"{user}/sum_not_zero/0" }).Order(),
            found.Conditions.Select(one => one.Subject).Order());
        var first = found.Conditions.Where(one => one.Subject.StartsWith(_users[0], StringComparison.Ordinal)).OrderBy(one => one.Subject);

        await _fixture.Database.ExecuteAsync($"UPDATE accounts SET balance_cents = balance_cents - 1 WHERE user_id <> '{_users[0]}'");
        await RoundAsync(two);
        // The same as before, since the same time.
        var left = (await one.App.ConditionsAsync())[ConditionKinds.AuditFinding].Conditions.OrderBy(one => one.Subject).ToList();
        Assert.Equal(first, left);
        Assert.StartsWith(
            $"The ledger of {_users[0]} is inconsistent: balance_mismatch at transfer 0.", left[0].Text, StringComparison.Ordinal);

        async Task RoundAsync(Replica replica)
        {
            await _fixture.Database.ExecuteAsync("UPDATE audit_shares SET finished_at = now() - interval '1 hour'");
            await Eventually.IsTrueAsync(
                async () =>
                {
                    replica.Clock.Advance(TimeSpan.FromMinutes(1));
                    return await _fixture.Database.ScalarAsync<long>(
                        "SELECT count(*) FROM audit_shares WHERE finished_at > now() - interval '30 minutes'") == 16;
                },
                "all wallets are checked");
        }
    }

    // A verified transfer is not read again until the wallet is checked from its start.
    [Fact]
    public async Task A_long_wallet_is_checked_from_its_last_verified_transfer()
    {
        var user = await _fixture.UserWithAsync(1_000_000);
        await _fixture.Wallet.PostBatchAsync(Requests.Batch(
            Enumerable.Range(0, 1500).Select(n => Requests.InBatch(Requests.Debit(user, $"key{n}", 1)))));
        await _fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 100));
        await _fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "open", 10, "open"));
        Assert.Empty(await CheckAsync(user));
        await _fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 40));
        await _fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 30));
        await _fixture.Database.ExecuteAsync("ALTER TABLE transfers DISABLE TRIGGER transfers_append_only");
        await _fixture.Database.ExecuteAsync($"UPDATE transfers SET description = 'x' WHERE user_id = '{user}' AND sequence = 3");

        Assert.Empty(await CheckAsync(user));
        // A change since then is found.
        await _fixture.Database.ExecuteAsync($"UPDATE transfers SET description = 'x' WHERE user_id = '{user}' AND sequence = 1505");
        Assert.Equal([AuditCode.ChainBroken], (await CheckAsync(user)).Select(finding => finding.Code));
        await _fixture.Database.ExecuteAsync($"UPDATE holds SET settled_cents = 41 WHERE user_id = '{user}' AND job_id = 'job'");
        Assert.Contains(AuditCode.HoldMismatch, (await CheckAsync(user)).Select(finding => finding.Code));

        await _fixture.Database.ExecuteAsync("UPDATE audit_marks SET full_at = now() - interval '8 days'");
        Assert.Equal(3, (await CheckAsync(user))[0].Sequence);
    }

    // The audit waits at the rows that it compares, which this test locks, after it has read the transfers.
    [Fact]
    public async Task No_snapshot_is_held_while_the_transfers_are_read()
    {
        Task<IReadOnlyList<V1.AuditFinding>> audit;
        await using (await _fixture.Database.BeginAsync("LOCK TABLE freezes IN ACCESS EXCLUSIVE MODE"))
        {
            audit = _fixture.AuditAsync(_users[0]);
            await Eventually.IsTrueAsync(async () => await _fixture.Database.ScalarAsync<long>("""
                SELECT count(*) FROM pg_locks WHERE relation = 'freezes'::regclass AND NOT granted
                """) == 1, "the audit waits");

            Assert.Equal(0, await _fixture.Database.ScalarAsync<long>("""
                SELECT count(*) FROM pg_locks reads JOIN pg_locks waits ON reads.pid = waits.pid
                WHERE reads.relation = 'transfers'::regclass AND waits.relation = 'freezes'::regclass AND NOT waits.granted
                """));
        }
        Assert.NotEmpty(await audit);
    }

    private Task<IReadOnlyList<AuditFinding>> CheckAsync(string user) => _fixture.App.Services.GetRequiredService<LedgerAudit>()
        .CheckAsync(Guid.Parse(user), fromMark: true, () => Task.CompletedTask, CancellationToken.None);

    private HashSet<string> Found(Replica replica) =>
        [.. _users.Where(user => replica.Logs.Lines.Any(
            line => line.Contains($"The ledger of {user} is inconsistent", StringComparison.Ordinal)))];

    private sealed record Replica(ServiceApp App, ManualClock Clock, CollectedLogs Logs) : IAsyncDisposable
    {
        public static async Task<Replica> StartAsync(WalletFixture fixture)
        {
            var (clock, logs) = (new ManualClock(), new CollectedLogs());
            var app = await ServiceApp.StartAsync(
                "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
                services =>
                {
                    services.AddSingleton<TimeProvider>(clock);
                    logs.Register(services);
                });
            return new Replica(app, clock, logs);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            Logs.Dispose();
        }
    }
}
