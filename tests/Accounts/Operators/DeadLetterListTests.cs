using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>The list of dead letters: each queue in pages, and the rest when a service is away.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class DeadLetterListTests(OperatorsFixture operators)
{
    private const string Letters = "/api/admin/dead-letters";

    [Theory]
    [InlineData("mails")]
    [InlineData("alert-posts")]
    [InlineData("webhooks")]
    [InlineData("feed-events")]
    public async Task Pages_of_a_queue_of_accounts_have_every_letter_once(string queue)
    {
        await AddAsync();
        var whole = await PagesAsync(queue, limit: 100);
        Assert.True(whole.Count >= 7, $"{whole.Count}");
        Assert.Equal(whole.Count, whole.Distinct().Count());
        foreach (var limit in new[] { 1, 2, 3 })
        {
            Assert.Equal(whole, await PagesAsync(queue, limit));
        }
        Assert.Equal(400, (await operators.GetAsync($"{Letters}?queue={queue}&cursor=x")).Status);
        await operators.Database.ExecuteAsync(
            """
            delete from mails where last_error = 'paged'; delete from alert_posts where last_error = 'paged';
            delete from webhook_endpoints where url = 'https://paged.example.com'; delete from webhook_events where type = 'paged';
            delete from dead_feed_events where error = 'paged'
            """);
    }

    [Fact]
    public async Task A_queue_of_another_service_is_read_in_pages_too()
    {
        Assert.Equal(
            ["session:cs_parked", "wallet_command:018f6b1e-0000-7000-8000-000000000004:3"], await PagesAsync("parked", limit: 1));
        var letter = (await operators.GetAsync($"{Letters}?queue=parked")).Body.GetProperty("dead_letters")[0];
        Assert.Equal(("session", "missing_at_stripe: No such session.", 3), (
            letter.GetProperty("kind").GetString(), letter.GetProperty("error").GetString(), letter.GetProperty("attempts").GetInt32()));
        Assert.Equal(400, (await operators.GetAsync($"{Letters}?queue=access-grants&cursor=bad")).Status);
        foreach (var (queue, asked) in new[] { ("payment-events", "events"), ("access-grants", "Dead"), ("job-steps", "steps") })
        {
            Assert.Equal(200, (await operators.GetAsync($"{Letters}?queue={queue}&limit=7&cursor=after-{queue}")).Status);
            Assert.Contains($"{asked} 7 after-{queue}", operators.Others.PagesAsked);
        }
    }

    [Fact]
    public async Task Without_a_queue_the_oldest_of_each_are_listed_and_which_have_more()
    {
        var body = (await operators.GetAsync($"{Letters}?limit=1")).Body;
        var queues = Texts(body, "dead_letters", letter => letter.GetProperty("queue").GetString()!);
        Assert.Equal(queues.Count, queues.Distinct().Count());
        Assert.Contains("parked", queues);
        var more = Texts(body, "more", queue => queue.GetString()!);
        Assert.Contains("parked", more);
        Assert.DoesNotContain("payment-events", more);
        Assert.Empty(Texts(body, "unavailable", queue => queue.GetString()!));
        Assert.Equal(JsonValueKind.Null, body.GetProperty("next_cursor").ValueKind);
    }

    [Theory]
    [InlineData("payments", "payment-events access-grants parked", "job-steps")]
    [InlineData("jobs", "job-steps", "payment-events access-grants parked")]
    public async Task A_service_that_is_away_is_named_and_the_others_are_listed(string service, string missing, string listed)
    {
        operators.Others.Silent[service] = true;
        try
        {
            var (status, body) = await operators.GetAsync(Letters);
            Assert.Equal((200, missing), (status, string.Join(' ', Texts(body, "unavailable", queue => queue.GetString()!))));
            var queues = Texts(body, "dead_letters", letter => letter.GetProperty("queue").GetString()!);
            Assert.Empty(listed.Split(' ').Except(queues));
            Assert.Empty(missing.Split(' ').Intersect(queues));
            Assert.Equal(503, (await operators.GetAsync($"{Letters}?queue={missing.Split(' ')[0]}")).Status);
        }
        finally
        {
            operators.Others.Silent.Clear();
        }
    }

    [Theory]
    [InlineData("queue=videos", "queue")]
    [InlineData("queue=", "queue")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("cursor=AAAA", "cursor")]
    public async Task Other_queries_are_errors_of_their_fields(string query, string field)
    {
        var (status, body) = await operators.GetAsync($"{Letters}?{query}");
        Assert.Equal((400, field), (status, body.GetProperty("errors").EnumerateObject().Single().Name));
    }

    // Seven of each, some of which were given up at the same time.
    private Task AddAsync() => operators.Database.ExecuteAsync(
        """
        insert into mails (mail_id, kind, recipient, about_id, created_at, due_at, attempts, failed_at, last_error)
        select gen_random_uuid(), 1, 'a@example.com', gen_random_uuid(), now(), now(), 1, now() - number / 3 * interval '1 second', 'paged'
        from generate_series(1, 7) as number;
        insert into alert_posts (post_id, text, created_at, due_at, attempts, failed_at, last_error)
        select gen_random_uuid(), 'text', now(), now(), 1, now() - number / 3 * interval '1 second', 'paged'
        from generate_series(1, 7) as number;
        insert into webhook_endpoints (endpoint_id, url, events, created_at, secret_id, disabled_at, disabled_by)
        values (gen_random_uuid(), 'https://paged.example.com', '{}', now(), gen_random_uuid(), now(), 0);
        insert into webhook_events (event_id, type, body, created_at)
        select gen_random_uuid(), 'paged', '{}', now() from generate_series(1, 7);
        insert into webhook_deliveries (delivery_id, endpoint_id, event_id, created_at, due_at, attempts, failed_at, last_error)
        select gen_random_uuid(), endpoint_id, event_id, now(), now(), 1,
            now() - row_number() over (order by event_id) / 3 * interval '1 second', 'paged'
        from webhook_endpoints, webhook_events where url = 'https://paged.example.com' and type = 'paged';
        insert into dead_feed_events (event_id, feed, sequence, message, error, attempts, failed_at)
        select gen_random_uuid(), 'paged', number, '\x00', 'paged', 3, now() - number / 3 * interval '1 second'
        from generate_series(1, 7) as number
        """);

    private async Task<List<string>> PagesAsync(string queue, int limit)
    {
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var (status, page) = await operators.GetAsync($"{Letters}?queue={queue}&limit={limit}{cursor}");
            Assert.Equal(200, status);
            var read = Texts(page, "dead_letters", letter => letter.GetProperty("id").GetString()!);
            Assert.Empty(read.Intersect(ids));
            ids.AddRange(read);
            var times = Texts(page, "dead_letters", letter => letter.GetProperty("since").GetString()!).ConvertAll(DateTimeOffset.Parse);
            Assert.Equal(times.Order(), times);
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return ids;
    }

    private static List<string> Texts(JsonElement body, string name, Func<JsonElement, string> read) =>
        [.. body.GetProperty(name).EnumerateArray().Select(read)];
}
