using System.Net;
using System.Text.Json;

namespace ReelBallers.Wallet.Tests;

/// <summary>Valid and invalid query parameters.</summary>
[Collection("Wallet")]
public sealed class RequestTargetTests(WalletFixture fixture)
{
    [Theory]
    [InlineData("ledger?limit=%2B5", "limit")]
    [InlineData("ledger?limit=%205", "limit")]
    [InlineData("ledger?limit=5%20", "limit")]
    [InlineData("ledger?limit=5%00", "limit")]
    [InlineData("ledger?limit=0x5", "limit")]
    [InlineData("ledger?limit=%D9%A5", "limit")]
    [InlineData("ledger?limit=1&limit=2", "limit")]
    [InlineData("ledger?cursor=", "cursor")]
    [InlineData("ledger?cursor=!", "cursor")]
    [InlineData("ledger?cursor=%00", "cursor")]
    [InlineData("ledger?cursor=%FF%FE", "cursor")]
    [InlineData("ledger?cursor=AQAAAAAAAAAB%00", "cursor")]
    [InlineData("ledger?cursor=AQAAAAAAAAAB%20", "cursor")]
    [InlineData("ledger?cursor=AQAA%0AAAAAAAAB", "cursor")]
    [InlineData("ledger?cursor=AQAAAAAAAAAB&cursor=AQAAAAAAAAAB", "cursor")]
    [InlineData("ledger?cursor=AQAAAAAAAAABAAAA", "cursor")]
    [InlineData("ledger?cursor=AQ______________", "cursor")]
    [InlineData("ledger?limit=0&cursor=!", "cursor limit")]
    [InlineData("ledger.csv?from=2026-01-01", "from")]
    [InlineData("ledger.csv?from=2026-01-01T00:00:00Z%00&to=x", "from to")]
    [InlineData("ledger.csv?from=&to=", "from to")]
    [InlineData("ledger.csv?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("ledger.csv?to=9999-12-31T23:59:60Z", "to")]
    [InlineData("ledger.csv?to=0001-01-01T00:00:00%2B14:00", "to")]
    [InlineData("ledger.csv?to=9999-12-31T23:59:59-14:00", "to")]
    [InlineData("totals?from=%FF&to=%00&period=%00", "from period to")]
    [InlineData("totals", "from to")]
    [InlineData("totals?from=2026-01-01T00:00:00Z&from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z", "from")]
    [InlineData("events?low_balance_cents=5%00", "low_balance_cents")]
    [InlineData("events?low_balance_cents=%2B5", "low_balance_cents")]
    [InlineData("events?low_balance_cents=", "low_balance_cents")]
    [InlineData("events?low_balance_cents=1&low_balance_cents=2", "low_balance_cents")]
    [InlineData("?at=", "at")]
    [InlineData("?at=now", "at")]
    [InlineData("?at=2026-01-01T00:00:00Z%00", "at")]
    [InlineData("?at=2026-01-01T00:00:00Z&at=2026-01-01T00:00:00Z", "at")]
    public async Task Invalid_query_parameters_are_reported_by_field(string target, string fields)
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());
        using var answer = await browser.GetAsync(target.StartsWith('?') ? $"/api/wallet{target}" : $"/api/wallet/{target}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{(int)answer.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        Assert.Equal(fields, string.Join(
            ' ', problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("?at=0001-01-01T00:00:00Z")]
    [InlineData("?at=9999-12-31T23:59:59.9999999Z")]
    [InlineData("/ledger.csv?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z")]
    [InlineData("/totals?from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z")]
    [InlineData("/totals?from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59.9999999Z&period=month")]
    [InlineData("/ledger?cursor=AX__________")]
    public async Task Extreme_times_and_numbers_are_valid(string target)
    {
        var user = await fixture.UserWithAsync(100);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        using var answer = await browser.GetAsync($"/api/wallet{target}");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
