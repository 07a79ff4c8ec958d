using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>Operators read the alerts, the open ones first; nobody else does.</summary>
public sealed class AlertListTests(AlertsFixture accounts) : IClassFixture<AlertsFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await accounts.ResetAsync();
        await accounts.Database.ExecuteAsync(
            """
            insert into alerts (kind, subject, text, since, created_at, ended_at)
            select 'parked_item', 's' || number, 'text', now(), now(), case when number % 2 = 0 then now() end
            from generate_series(1, 7) as number order by number
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("", "s7 s5 s3 s1 s6 s4 s2")]
    [InlineData("&status=open", "s7 s5 s3 s1")]
    [InlineData("&status=ended", "s6 s4 s2")]
    public async Task Pages_have_every_alert_once(string filter, string expected)
    {
        foreach (var limit in new[] { 1, 2, 3, 4, 100 })
        {
            var (subjects, cursor) = (new List<string>(), "");
            do
            {
                var page = await GetAsync($"?limit={limit}{filter}{cursor}");
                subjects.AddRange(page.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("subject").GetString()!));
                cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
            }
            while (cursor.Length > 0);
            Assert.Equal(expected, string.Join(' ', subjects));
        }
    }

    [Fact]
    public async Task Invalid_queries_are_rejected_and_others_get_nothing()
    {
        foreach (var query in new[] { "?status=new", "?limit=0", "?cursor=x" })
        {
            Assert.Equal(400, await StatusAsync(query, "support"));
        }
        foreach (var role in new[] { null, "user" })
        {
            Assert.Equal(404, await StatusAsync("", role));
        }
    }

    [Fact]
    public async Task Alerts_that_ended_long_ago_are_deleted_and_open_ones_stay()
    {
        await accounts.Database.ExecuteAsync("update alerts set created_at = '2020-01-01', ended_at = ended_at - interval '91 days'");
        using var worker = ActivatorUtilities.CreateInstance<OldAlerts>(accounts.App.Services);
        await worker.DeleteOldAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, (await GetAsync("")).GetProperty("alerts").GetArrayLength());
    }

    [Fact]
    public async Task The_alert_of_a_ticket_ends_when_the_ticket_is_deleted()
    {
        await accounts.Database.ExecuteAsync(
            """
            with written as (
                insert into tickets (ticket_id, user_id, email, subject, state, created_at, updated_at)
                select gen_random_uuid(), gen_random_uuid(), 'a@example.com', subject, 0, now(), now() - days * interval '1 day'
                from (values ('old', 366), ('new', 364)) as ticket (subject, days) returning *)
            insert into alerts (kind, subject, text, since, created_at) select 'ticket', ticket_id, subject, now(), now() from written
            """);
        using var worker = ActivatorUtilities.CreateInstance<OldTickets>(accounts.App.Services);
        await worker.DeleteOldAsync(TestContext.Current.CancellationToken);
        Assert.Equal("old true, new false", await accounts.Database.ScalarAsync<string>(
            "select string_agg(text || ' ' || (ended_at is not null), ', ' order by text desc) from alerts where kind = 'ticket'"));
    }

    private async Task<JsonElement> GetAsync(string query)
    {
        using var answer = await SendAsync(query, "support");
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>())!;
    }

    private async Task<int> StatusAsync(string query, string? role)
    {
        using var answer = await SendAsync(query, role);
        return (int)answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string query, string? role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/admin/alerts{query}");
        if (role is not null)
        {
            request.Headers.Add(Operator.HeaderName, role);
        }
        return await accounts.App.CreateClient(Guid.NewGuid()).SendAsync(request);
    }
}
