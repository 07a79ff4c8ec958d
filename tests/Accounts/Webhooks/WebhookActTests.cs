using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Admins make, change and watch the endpoints of other systems, each act once and in the audit log.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class WebhookActTests(OperatorsFixture operators) : IAsyncLifetime
{
    private const string Path = "/api/admin/webhooks";
    private const string Query = "token=of-the-other-system";

    private WebhookReceiver _receiver = null!;

    private string Url => $"{_receiver.Url}?{Query}";

    private string Origin => _receiver.Url.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        await operators.Database.ExecuteAsync(
            "delete from webhook_deliveries; delete from webhook_endpoints; delete from webhook_events");
    }

    public async ValueTask DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task The_secret_is_shown_to_who_makes_it_and_nowhere_else()
    {
        var key = $"{Guid.NewGuid()}";
        var created = await CreateAsync(key);
        var (id, secret) = (IdOf(created), created.GetProperty("secret").GetString()!);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        var again = await operators.ActAsync(Path, Body(), key);
        Assert.Equal((200, created.GetRawText()), (again.Status, again.Body.GetRawText()));
        var listed = Assert.Single((await AdminGetAsync(Path)).GetProperty("webhooks").EnumerateArray());
        Assert.Equal((id, Url), (listed.GetProperty("webhook_id").GetString(), listed.GetProperty("url").GetString()));
        Assert.True(listed.GetProperty("enabled").GetBoolean());
        Assert.DoesNotContain("whsec_", listed.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            $$"""webhook_created 1 - {"origin":"{{Origin}}","events":["job.completed"],"enabled":true}""",
            await operators.EntriesAsync($"target = '{id}'"));
        // Neither the secret nor the other system's token is in any table but that of the endpoint.
        foreach (var (table, text) in new[]
        {
            ("webhook_endpoints", secret), ("idempotency_records", secret), ("audit_entries", secret), ("idempotency_records", Query),
            ("audit_entries", Query),
        })
        {
            Assert.Equal(0, await operators.Database.ScalarAsync<long>(
                $"select count(*) from {table} row where row::text like '%{text}%' or row::text like '%{Hex(text)}%'"));
        }
    }

    [Fact]
    public async Task A_rotated_secret_signs_with_the_one_before_for_a_day()
    {
        var created = await CreateAsync();
        var path = $"{Path}/{IdOf(created)}/rotate-secret";
        var key = $"{Guid.NewGuid()}";
        var rotated = await operators.ActAsync(path, new { reason = "Leaked." }, key);
        Assert.Equal(200, rotated.Status);
        Assert.NotEqual(created.GetProperty("secret").GetString(), rotated.Body.GetProperty("secret").GetString());
        var again = await operators.ActAsync(path, new { reason = "Leaked." }, key);
        Assert.Equal(rotated.Body.GetRawText(), again.Body.GetRawText());
        Assert.Equal(
            operators.Accounts.Clock.GetUtcNow().AddDays(1),
            rotated.Body.GetProperty("webhook").GetProperty("previous_secret_until").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        await HappenAsync();
        var signatures = (await _receiver.GotAsync(1))[0].Headers["webhook-signature"].Split(' ');
        Assert.Equal(2, signatures.Distinct().Count());
        Assert.All(signatures, signature => Assert.StartsWith("v1,", signature, StringComparison.Ordinal));
        Assert.Equal(1, await operators.Database.ScalarAsync<long>("select count(*) from webhook_endpoints where secret_id <> endpoint_id "
            + "and previous_secret_id = endpoint_id"));
    }

    [Fact]
    public async Task A_disabled_endpoint_gets_nothing_and_an_enabled_one_what_happens_from_then_on()
    {
        var id = IdOf(await CreateAsync());
        await ChangeAsync(id, new { enabled = false, reason = "They are down." });
        await HappenAsync();
        await ChangeAsync(id, new { enabled = true, events = new[] { "job.completed", "job.failed" }, reason = "They are back." });
        var happened = await HappenAsync();
        Assert.Equal(happened, (await _receiver.GotAsync(1))[0].Id);
        Assert.Equal(1, await operators.Database.ScalarAsync<long>("select count(*) from webhook_deliveries"));
        Assert.EndsWith(
            "\"enabled\":false} {\"origin\":\"ORIGIN\",\"events\":[\"job.completed\",\"job.failed\"],\"enabled\":true}"
                .Replace("ORIGIN", Origin, StringComparison.Ordinal),
            await operators.EntriesAsync($"target = '{id}'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_is_listed_and_sent_again_with_the_same_id()
    {
        var id = IdOf(await CreateAsync());
        var events = new[] { await HappenAsync(), await HappenAsync(), await HappenAsync() };
        await _receiver.GotAsync(3);
        var first = await DeliveriesAsync(id, "?limit=2", count: 2);
        Assert.Equal(events[2], first[0].GetProperty("event_id").GetGuid());
        var cursor = (await AdminGetAsync($"{Path}/{id}/deliveries?limit=2")).GetProperty("next_cursor").GetString();
        var last = Assert.Single(await DeliveriesAsync(id, $"?limit=2&cursor={cursor}", count: 1));
        await Eventually.IsTrueAsync(
            async () => (await DeliveriesAsync(id, "?status=delivered", 0)).Count == 3, "all are recorded");
        Assert.Empty(await DeliveriesAsync(id, "?status=pending", 0));
        Assert.Empty(await DeliveriesAsync(id, "?status=failed", 0));

        var delivery = last.GetProperty("delivery_id").GetString();
        var key = $"{Guid.NewGuid()}";
        foreach (var _ in new[] { 1, 2 })
        {
            var resent = await operators.ActAsync($"{Path}/{id}/deliveries/{delivery}/resend", new { reason = "Lost there." }, key);
            Assert.Equal(200, resent.Status);
        }
        var got = await _receiver.GotAsync(4);
        Assert.Equal((events[0], got.First(one => one.Id == events[0]).Body), (got[3].Id, got[3].Body));
        await Eventually.IsTrueAsync(
            async () => (await DeliveriesAsync(id, "?status=delivered", 0)).Count == 3, "it is recorded again");
        Assert.Equal(4, _receiver.Received.Count);
        Assert.Equal("webhook_resent 0 - -;webhook_resent 1 - -", await operators.EntriesAsync($"target = '{delivery}'"));
    }

    [Fact]
    public async Task A_dead_delivery_is_a_dead_letter_and_is_replayed_unless_its_endpoint_is_disabled()
    {
        var id = IdOf(await CreateAsync());
        _receiver.Answer = WebhookReceiver.Status(410);
        var happened = await HappenAsync();
        var letter = await Eventually.BecomesAsync(
            async () => (await operators.GetAsync("/api/admin/dead-letters")).Body.GetProperty("dead_letters").EnumerateArray()
                .SingleOrDefault(one => one.GetProperty("queue").GetString() == "webhooks"),
            one => one.ValueKind == JsonValueKind.Object, "the delivery is given up");
        Assert.Equal(
            ("job.completed", "http_410", 1),
            (letter.GetProperty("kind").GetString(), letter.GetProperty("error").GetString(), letter.GetProperty("attempts").GetInt32()));
        var listed = Assert.Single((await AdminGetAsync(Path)).GetProperty("webhooks").EnumerateArray());
        Assert.Equal("gone", listed.GetProperty("disabled_reason").GetString());

        var path = $"/api/admin/dead-letters/webhooks/{letter.GetProperty("id").GetString()}/replay";
        var rejected = await operators.ActAsync(path, new { reason = "Try again." });
        Assert.Equal((409, "webhook_disabled"), (rejected.Status, rejected.Body.GetProperty("service_code").GetString()));
        await ChangeAsync(id, new { enabled = true, reason = "They are back." });
        _receiver.Answer = WebhookReceiver.Status(204);
        Assert.Equal(200, (await operators.ActAsync(path, new { reason = "Try again." })).Status);
        Assert.All(await _receiver.GotAsync(2), got => Assert.Equal(happened, got.Id));
        var alive = await operators.ActAsync(path, new { reason = "Try again." });
        Assert.Equal((409, "delivery_not_dead"), (alive.Status, alive.Body.GetProperty("service_code").GetString()));
    }

    [Fact]
    public async Task A_deleted_endpoint_is_gone_with_its_deliveries()
    {
        var id = IdOf(await CreateAsync());
        _receiver.Answer = WebhookReceiver.Status(500);
        await HappenAsync();
        await _receiver.GotAsync(1);
        Assert.Equal(200, (await operators.ActAsync($"{Path}/{id}/delete", new { reason = "The contract has ended." })).Status);
        Assert.Equal(0, await operators.Database.ScalarAsync<long>("select count(*) from webhook_deliveries"));
        var missing = await operators.ActAsync($"{Path}/{id}/delete", new { reason = "Again." });
        Assert.Equal((404, "webhook_not_found"), (missing.Status, missing.Body.GetProperty("code").GetString()));
        Assert.StartsWith("webhook_created 1", await operators.EntriesAsync($"target = '{id}'"), StringComparison.Ordinal);
        Assert.EndsWith("\"enabled\":true} -", await operators.EntriesAsync($"target = '{id}'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_valid_changes_nothing()
    {
        var valid = new[] { "job.completed" };
        object[] bodies =
        [
            new { url = Url, events = valid }, new { events = valid, reason = "r" }, new { url = Url, reason = "r" },
            new { url = "http://example.com/", events = valid, reason = "r" },
            new { url = "https://10.0.0.1/", events = valid, reason = "r" },
            new { url = Url, events = Array.Empty<string>(), reason = "r" },
            new { url = Url, events = new[] { "job.started" }, reason = "r" },
            new { url = Url, events = new[] { "job.failed", "job.failed" }, reason = "r" },
            new { url = Url, events = new string?[] { null }, reason = "r" },
        ];
        foreach (var body in bodies)
        {
            Assert.Equal(400, (await operators.ActAsync(Path, body)).Status);
        }
        Assert.Equal(0, await operators.Database.ScalarAsync<long>("select count(*) from webhook_endpoints"));
        var id = IdOf(await CreateAsync());
        foreach (var body in new object[]
        {
            new { enabled = false }, new { reason = "r" }, new { url = "ftp://example.com", reason = "r" },
            new { events = new[] { "x" }, reason = "r" },
        })
        {
            Assert.Equal(400, (await PutAsync(id, body)).Status);
        }
        foreach (var unknown in new[] { $"{Guid.NewGuid()}", "no-uuid" })
        {
            Assert.Equal(404, (await PutAsync(unknown, new { enabled = false, reason = "r" })).Status);
            Assert.Equal(404, (await operators.ActAsync($"{Path}/{unknown}/rotate-secret", new { reason = "r" })).Status);
            Assert.Equal(404, (await operators.ActAsync($"{Path}/{id}/deliveries/{unknown}/resend", new { reason = "r" })).Status);
            var deliveries = await operators.SendAsync(HttpMethod.Get, $"{Path}/{unknown}/deliveries", operators.Admin, "admin");
            Assert.Equal(404, deliveries.Status);
        }
        for (var count = 1; count < WebhookEndpoint.MaxEndpoints; count++)
        {
            await CreateAsync();
        }
        var tooMany = await operators.ActAsync(Path, Body());
        Assert.Equal((409, "webhook_limit_reached"), (tooMany.Status, tooMany.Body.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Only_admins_reach_them()
    {
        var id = IdOf(await CreateAsync());
        var reads = await operators.SendAsync(HttpMethod.Get, Path, operators.Support, "support");
        Assert.Equal((403, "permission_denied"), (reads.Status, reads.Body.GetProperty("code").GetString()));
        // The role that a request names is not believed.
        foreach (var (method, path, body) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Post, Path, Body()), (HttpMethod.Put, $"{Path}/{id}", new { enabled = false, reason = "r" }),
            (HttpMethod.Post, $"{Path}/{id}/rotate-secret", new { reason = "r" }),
            (HttpMethod.Post, $"{Path}/{id}/delete", new { reason = "r" }),
        })
        {
            Assert.Equal(403, (await operators.SendAsync(method, path, operators.Support, "admin", body, $"{Guid.NewGuid()}")).Status);
        }
        Assert.Equal(1, await operators.Database.ScalarAsync<long>(
            "select count(*) from webhook_endpoints where disabled_at is null and secret_id = endpoint_id"));
    }

    private object Body() => new { url = Url, events = new[] { "job.completed" }, reason = "For the books." };

    private static string IdOf(JsonElement created) => created.GetProperty("webhook").GetProperty("webhook_id").GetString()!;

    private static string Hex(string text) => Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<JsonElement> CreateAsync(string? key = null)
    {
        var (status, body) = await operators.ActAsync(Path, Body(), key);
        Assert.True(status == 200, body.GetRawText());
        return body;
    }

    private Task<(int Status, JsonElement Body)> PutAsync(string id, object body) =>
        operators.SendAsync(HttpMethod.Put, $"{Path}/{id}", operators.Admin, "admin", body, $"{Guid.NewGuid()}");

    private async Task ChangeAsync(string id, object body) => Assert.Equal(200, (await PutAsync(id, body)).Status);

    private async Task<JsonElement> AdminGetAsync(string path)
    {
        var (status, body) = await operators.SendAsync(HttpMethod.Get, path, operators.Admin, "admin");
        Assert.True(status == 200, body.GetRawText());
        return body;
    }

    private async Task<List<JsonElement>> DeliveriesAsync(string id, string query, int count)
    {
        var deliveries = (await AdminGetAsync($"{Path}/{id}/deliveries{query}")).GetProperty("deliveries").EnumerateArray().ToList();
        Assert.True(deliveries.Count >= count);
        return deliveries;
    }

    private async Task<Guid> HappenAsync()
    {
        var data = new JobEndedData(Guid.NewGuid(), Guid.NewGuid(), "upscale", "completed", 40, 30, 10);
        var news = new WebhookNews(
            WebhookEvent.IdOf($"{data.JobId}"), WebhookTypes.JobCompleted, operators.Accounts.Clock.GetUtcNow(), data);
        await using var scope = operators.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WebhookEvents>().AddAsync([news], default);
        return news.EventId;
    }
}
