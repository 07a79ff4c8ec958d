using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Two databases, one of which fails or is edited.</summary>
public sealed class ShardFaultTests : IAsyncLifetime
{
    private readonly TwoDatabases _fixture = new();

    public async ValueTask InitializeAsync()
    {
        // Its own audit stands still; the services that a test starts have clocks of their own.
        _fixture.Clock = new ManualClock();
        await _fixture.InitializeAsync();
        _fixture.Clock = null;
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_outage_of_one_database_concerns_its_users_alone(int number)
    {
        var database = _fixture.Databases[number];
        await using var gate = TcpGate.Open(database);
        await using var app = await _fixture.StartServiceAsync(
            ($"ConnectionStrings:{ShardId.NameOf(number)}", gate.ConnectionString(database)));
        var wallet = new Client(app.Invoker());
        var (served, other) = (TwoDatabases.UserIn(1 - number), TwoDatabases.UserIn(number));
        var both = Requests.Batch(
            [Requests.InBatch(Requests.Credit(served, "both", 5)), Requests.InBatch(Requests.Credit(other, "both", 5))]);

        gate.Close();
        Assert.Equal("database_unavailable", await CodeOfAsync(wallet.CreditAsync(Requests.Credit(other, "credit", 100))));
        Assert.Equal("ok", await CodeOfAsync(wallet.CreditAsync(Requests.Credit(served, "credit", 100))));
        Assert.Equal("database_unavailable", await CodeOfAsync(wallet.PostBatchAsync(both)));
        Assert.Equal(105, (await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = served })).BalanceCents);
        using var operations = app.CreateClient();
        Assert.Equal("Degraded", await operations.GetStringAsync(new Uri("/health", UriKind.Relative)));
        var checks = app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
        Assert.Equal(["database", "self"], checks.Select(check => check.Name).Order());
        Assert.True(gate.Refused > 0);

        gate.Reopen();
        await Eventually.IsTrueAsync(async () => await CodeOfAsync(wallet.PostBatchAsync(both)) == "ok", "the database answers again");
        Assert.Equal((105, 0), await _fixture.BalanceAsync(served));
        Assert.Equal((5, 0), await _fixture.BalanceAsync(other));
        Assert.Empty(await _fixture.AuditAsync());
    }

    [Fact]
    public async Task One_audit_finds_what_is_wrong_in_any_database()
    {
        var (first, second) = (TwoDatabases.UserIn(0), TwoDatabases.UserIn(1));
        foreach (var user in new[] { first, second })
        {
            await _fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 100));
        }
        Assert.Empty(await _fixture.AuditAsync());
        await _fixture.Databases[1].ExecuteAsync("UPDATE accounts SET freeze_count = 1");
        // As if the users had been divided in another way before.
        await _fixture.Databases[0].ExecuteAsync($"""
            INSERT INTO accounts (user_id, balance_cents, held_cents, receivable_cents, freeze_count, last_sequence, chain_hash, updated_at)
            VALUES ('{second}', 0, 0, 0, 0, 0, '00000000-0000-0000-0000-000000000000', now())
            """);

        var findings = (await _fixture.AuditAsync()).Select(finding => (finding.UserId, finding.Code)).ToArray();

        Assert.Equal([(second, "wrong_database"), (second, "freeze_mismatch")], findings);
        Assert.Equal("freeze_mismatch", Assert.Single(await _fixture.AuditAsync(second)).Code);
        Assert.Empty(await _fixture.AuditAsync(first));

        // The continuous audit has the same findings. It is due by the database's clock, which does not move with the service's.
        foreach (var database in _fixture.Databases)
        {
            await database.ExecuteAsync("UPDATE audit_shares SET finished_at = now() - interval '1 hour'");
        }
        using var logs = new CollectedLogs();
        var clock = new ManualClock();
        await using var replica = await ServiceApp.StartAsync(
            "Wallet", _fixture.Settings(), services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                logs.Register(services);
            });
        using var metrics = new RecordedMetrics(replica.Services);
        await Eventually.IsTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(61));
                return Task.FromResult(new[] { "wrong_database", "freeze_mismatch" }.All(code =>
                    metrics.Of("wallet.audit.findings", ("code", code)).Sum() == 1
                    && logs.Lines.Any(line => line.Contains($"The ledger of {second} is inconsistent: {code}", StringComparison.Ordinal))));
            },
            "both databases are audited");
    }
}
