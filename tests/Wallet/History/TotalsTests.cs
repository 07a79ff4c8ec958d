using System.Net;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

[Collection("History")]
public sealed class TotalsTests(HistoryFixture fixture)
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Totals_match_a_plain_sum(int seed)
    {
        var user = await fixture.UserWithHistoryAsync(seed, 250, TimeSpan.FromDays(2));
        var transfers = await fixture.TransfersAsync(user);
        var random = new Random(seed);
        var compared = 0;
        for (var n = 0; n < 60; n++)
        {
            var byMonth = n % 2 == 0;
            // Includes the exact times of transfers, and times between two microseconds.
            var from = transfers[random.Next(transfers.Count)].At.AddTicks(random.Next(-11, 12));
            var to = n % 3 == 0
                ? transfers.Select(transfer => transfer.At).First(at => at >= from || at == transfers[^1].At).AddTicks(random.Next(20, 30))
                : from.AddDays(random.Next(1, byMonth ? 3000 : 400));
            if (to <= from)
            {
                continue;
            }

            var answer = await fixture.Wallet.GetTotalsAsync(new GetTotalsRequest
            {
                UserId = user,
                From = from.ToTimestamp(),
                To = to.ToTimestamp(),
                Period = byMonth ? V1.Period.Month : V1.Period.Day,
            });

            var expected = transfers
                .Where(transfer => transfer.IsEntry && transfer.At >= from && transfer.At < to)
                .GroupBy(transfer => (Start: new DateTimeOffset(
                    transfer.At.Year, transfer.At.Month, byMonth ? 1 : transfer.At.Day, 0, 0, 0, TimeSpan.Zero), transfer.Reason))
                .OrderBy(group => group.Key)
                .Select(group => (group.Key.Start, (V1.EntryReason)group.Key.Reason, group.Sum(transfer => transfer.ChangeCents),
                    (long)group.Count()))
                .ToArray();
            Assert.Equal(expected,
                answer.Totals.Select(total => (total.PeriodStart.ToDateTimeOffset(), total.Reason, total.ChangeCents, total.EntryCount)));
            compared += expected.Length;
        }
        Assert.True(compared > 500, $"Only {compared} totals were compared.");
    }

    [Fact]
    public async Task Totals_by_day_and_month_are_served_over_rest()
    {
        var user = Guid.NewGuid();
        var (start, end) = (fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow().AddDays(300));
        await fixture.Wallet.CreditAsync(Requests.Credit(user.ToString(), "credit", 100));
        await fixture.Wallet.DebitAsync(Requests.Debit(user.ToString(), "debit1", 30));
        await fixture.Wallet.DebitAsync(Requests.Debit(user.ToString(), "debit2", 3));
        using var browser = fixture.App.CreateClient(user);

        var (day, month) = ($"{start:yyyy-MM-dd}T00:00:00+00:00", $"{start:yyyy-MM}-01T00:00:00+00:00");
        foreach (var (period, first) in new[] { ("", day), ("&period=day", day), ("&period=month", month) })
        {
            Assert.Equal(
                $$"""{"totals":[{"period_start":"{{first}}","reason":"topup","change_cents":100,"entry_count":1},"""
                + $$"""{"period_start":"{{first}}","reason":"debit","change_cents":-33,"entry_count":2}]}""",
                await browser.GetStringAsync(
                    $"/api/wallet/totals?from={start:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={end:yyyy-MM-dd'T'HH:mm:ss'Z'}{period}"));
        }
        using var other = fixture.App.CreateClient(Guid.NewGuid());
        Assert.Equal("""{"totals":[]}""",
            await other.GetStringAsync("/api/wallet/totals?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z"));
    }

    [Theory]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2027-02-05T00:00:01Z", "to")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2036-01-01T00:00:01Z&period=month", "to")]
    [InlineData("from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z&period=month", "to")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&period=year", "period")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&period=", "period")]
    [InlineData("from=2026-01-01T00:00:00Z", "to")]
    [InlineData("to=2026-01-01T00:00:00Z", "from")]
    public async Task An_invalid_range_is_rejected_by_field(string query, string field)
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());

        using var answer = await browser.GetAsync($"/api/wallet/totals?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(field, Assert.Single(problem.RootElement.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "2027-02-05T00:00:00Z", V1.Period.Unspecified, "ok")]
    [InlineData("2026-01-01T00:00:00Z", "2027-02-05T00:00:01Z", V1.Period.Day, "invalid_argument")]
    [InlineData("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z", V1.Period.Month, "ok")]
    [InlineData("2026-01-01T00:00:00Z", "2036-01-01T00:00:01Z", V1.Period.Month, "invalid_argument")]
    [InlineData("9995-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", V1.Period.Month, "ok")]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", (V1.Period)7, "invalid_argument")]
    [InlineData(null, "2026-01-02T00:00:00Z", V1.Period.Day, "invalid_argument")]
    [InlineData("2026-01-02T00:00:00Z", null, V1.Period.Day, "invalid_argument")]
    public async Task A_range_has_a_maximum_length(string? from, string? to, V1.Period period, string code) =>
        Assert.Equal(code, await WalletFixture.CodeOfAsync(fixture.Wallet.GetTotalsAsync(new GetTotalsRequest
        {
            UserId = Guid.NewGuid().ToString(),
            From = from is null ? null : DateTimeOffset.Parse(from, null).ToTimestamp(),
            To = to is null ? null : DateTimeOffset.Parse(to, null).ToTimestamp(),
            Period = period,
        })));
}
