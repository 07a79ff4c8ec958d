using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

[Collection("History")]
public sealed class PastBalanceTests(HistoryFixture fixture)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 300)]
    [InlineData(4, 250)]
    public async Task The_balance_at_any_time_matches_a_scan(int seed, int steps)
    {
        var user = await fixture.UserWithHistoryAsync(seed, steps, TimeSpan.FromHours(5));
        var transfers = await fixture.TransfersAsync(user);
        Assert.NotEmpty(transfers);
        Assert.True(steps < 100 || transfers.Zip(transfers.Skip(1))
            .Any(pair => pair.First.At == pair.Second.At), "No two at the same time.");
        long[] around = [-TimeSpan.TicksPerSecond, -TimeSpan.TicksPerMicrosecond, -1, 0, 1, TimeSpan.TicksPerMicrosecond];
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));

        foreach (var at in transfers.SelectMany(transfer => around.Select(ticks => transfer.At.AddTicks(ticks))).Distinct())
        {
            var expected = transfers.LastOrDefault(transfer => transfer.At <= at)?.BalanceAfterCents ?? 0;
            var answer = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user, At = at.ToTimestamp() });
            Assert.True((expected, 0) == (answer.BalanceCents, answer.HeldCents), $"At {at:O}: {answer}, expected {expected}.");
        }
    }

    [Fact]
    public async Task A_future_time_gives_the_current_balance()
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "credit", 100));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 30));

        foreach (var at in new[] { fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow().AddYears(1), DateTimeOffset.MaxValue })
        {
            var answer = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user, At = at.ToTimestamp() });
            Assert.Equal((70, 30), (answer.BalanceCents, answer.HeldCents));
        }
    }

    [Fact]
    public async Task Times_with_any_offset_are_accepted()
    {
        var user = Guid.NewGuid();
        await fixture.Wallet.CreditAsync(Requests.Credit(user.ToString(), "credit", 100));
        var at = fixture.Clock.GetUtcNow();
        await fixture.AdvanceAsync(TimeSpan.FromDays(1));
        await fixture.Wallet.CreditAsync(Requests.Credit(user.ToString(), "another", 11));
        using var browser = fixture.App.CreateClient(user);
        using var anonymous = fixture.App.CreateClient();

        foreach (var (time, cents) in new[]
        {
            ($"{at.AddMinutes(1):yyyy-MM-dd'T'HH:mm:ss'Z'}", 100),
            ($"{at.AddMinutes(1).ToOffset(TimeSpan.FromHours(2)):yyyy-MM-dd'T'HH:mm:ss.fffzzz}", 100),
            ($"{at.AddMinutes(-1).ToOffset(TimeSpan.FromHours(-7)):yyyy-MM-dd'T'HH:mm:sszzz}", 0), ("9999-12-31T23:59:59Z", 111),
            ("0001-01-01T00:00:00Z", 0),
        })
        {
            Assert.Equal($$"""{"balance_cents":{{cents}}}""", await browser.GetStringAsync($"/api/wallet?at={Uri.EscapeDataString(time)}"));
        }
        Assert.Equal("""{"balance_cents":0}""", await anonymous.GetStringAsync("/api/wallet?at=2020-01-01T00:00:00Z"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-11-01")]
    [InlineData("2026-11-01T00:00:00")]
    [InlineData("2026-11-01T00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-11-01T25:00:00Z")]
    [InlineData("2026-11-01T00:00:00+2")]
    [InlineData("2026-11-01T00:00:00+99:00")]
    [InlineData("2026-11-01T00:00:00 02:00")]
    [InlineData("2026-11-01T00:00:00Z\n")]
    [InlineData("٢026-11-01T00:00:00Z")]
    [InlineData("1761955200")]
    public async Task A_malformed_time_is_rejected_by_field(string time)
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());
        foreach (var (path, field) in new[]
        {
            ("wallet?at=", "at"), ("wallet/totals?to=2026-11-01T00:00:00Z&from=", "from"),
            ("wallet/totals?from=2026-11-01T00:00:00Z&to=", "to"),
            ("wallet/ledger.csv?from=", "from"), ("wallet/ledger.csv?to=", "to"),
        })
        {
            using var answer = await browser.GetAsync($"/api/{path}{Uri.EscapeDataString(time)}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(field, Assert.Single(problem.RootElement.GetProperty("errors").EnumerateObject()).Name);
        }
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(-62_135_596_801, 0)]
    [InlineData(253_402_300_800, 0)]
    [InlineData(long.MinValue, int.MinValue)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public async Task An_invalid_timestamp_is_an_invalid_argument(long seconds, int nanos)
    {
        var time = new Timestamp { Seconds = seconds, Nanos = nanos };
        var user = Guid.NewGuid().ToString();

        Assert.Equal("invalid_argument",
            await WalletFixture.CodeOfAsync(fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user, At = time })));
        Assert.Equal("invalid_argument", await WalletFixture.CodeOfAsync(fixture.Wallet.GetTotalsAsync(
            new GetTotalsRequest { UserId = user, From = time, To = new Timestamp { Seconds = 1 } })));
    }

    [Fact]
    public async Task A_long_history_is_searched_with_few_lookups()
    {
        var user = await fixture.UserWithLongHistoryAsync();
        await using var dataSource = NpgsqlDataSource.Create(fixture.Database.ConnectionString);
        await using var explain = dataSource.CreateCommand($"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {LedgerHistory.FindLastBefore}");
        explain.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(user) });
        explain.Parameters.Add(new NpgsqlParameter { Value = fixture.Clock.GetUtcNow().UtcDateTime.AddSeconds(1) });
        var plan = new List<string>();
        await using (var reader = await explain.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                plan.Add(reader.GetString(0));
            }
        }

        var lookUps = plan.Where(line => line.Contains("pk_transfers", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lookUps.Length);
        Assert.All(lookUps, line => Assert.InRange(int.Parse(Regex.Match(line, @"loops=(\d+)").Groups[1].Value, null), 1, 16));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on transfers", StringComparison.Ordinal));
    }
}
