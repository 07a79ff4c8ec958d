using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Links are limited by e-mail address and by client, over all replicas.</summary>
public sealed class LinkLimitTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    private const int PerEmail = 5;
    private const int PerClient = 6;

    [Fact]
    public async Task An_address_gets_five_links_in_15_minutes_over_all_replicas()
    {
        await using var replica = await accounts.StartAsync();
        var email = AccountsFixture.NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            number => accounts.AskAsync(Guid.NewGuid(), email, replica: number % 2 == 0 ? replica : null)));
        Assert.Equal(PerEmail, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        foreach (var limited in answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted))
        {
            await AssertLimitedAsync(limited, 900);
        }
        accounts.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await AssertLimitedAsync(await accounts.AskAsync(Guid.NewGuid(), email), 1);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.AskAsync(Guid.NewGuid(), email)).StatusCode);
    }

    [Fact]
    public async Task A_client_gets_a_number_of_links_in_an_hour_whatever_the_addresses()
    {
        await using var replica = await accounts.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => accounts.AskAsync(
            Guid.NewGuid(), AccountsFixture.NewEmail(), client: "203.0.113.7", replica: number % 2 == 0 ? replica : null)));
        Assert.Equal(PerClient, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        await AssertLimitedAsync(answers.First(answer => answer.StatusCode != HttpStatusCode.Accepted), 3600);
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), client: "203.0.113.8")).StatusCode);
        accounts.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), client: "203.0.113.7")).StatusCode);
    }

    [Fact]
    public async Task Links_are_deleted_after_a_day()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.LinkAsync(Guid.NewGuid(), email);
        await Eventually.IsTrueAsync(
            async () =>
            {
                accounts.Clock.Advance(TimeSpan.FromHours(2));
                return await accounts.Database.ScalarAsync<long>($"select count(*) from sign_in_links where email = '{email}'") == 0;
            },
            "the link is deleted");
    }

    private static async Task AssertLimitedAsync(HttpResponseMessage answer, int seconds)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.TooManyRequests, "sign_in_limited"), (answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal([seconds.ToString(CultureInfo.InvariantCulture)], answer.Headers.GetValues("Retry-After"));
    }
}
