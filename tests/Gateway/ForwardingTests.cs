using System.Net;
using System.Net.Http.Json;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Only_listed_request_headers_reach_a_service()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
            Headers =
            {
                { "Idempotency-Key", "key-1" }, { "Stripe-Signature", "t=1" }, { "svix-id", "msg_1" },
                { "svix-timestamp", "1" }, { "svix-signature", "v1,a" }, { "Last-Event-ID", "7" },
                { "x-user-id", "forged" }, { "x-internal-credential", "forged" }, { "Cookie", "a=b" }, { "User-Agent", "client/1" },
                { "X-Forwarded-For", "1.2.3.4" },
                { "X-Forwarded-Host", "evil.example.com" }, { "X-Original-URL", "/admin" }, { "Accept-Encoding", "gzip" },
                { "baggage", "a=b" }, { "tracestate", "a=b" },
            },
        };
        var echo = await gateway.EchoAsync(request);
        Assert.Equal(
            ["content-length", "content-type", "host", "idempotency-key", "last-event-id", "stripe-signature", "svix-id", "svix-signature",
                "svix-timestamp", "traceparent",
                "x-internal-credential", "x-user-id"],
            echo.Headers.Keys.Order());
        Assert.DoesNotContain("forged", echo.Headers.Values);
    }

    // Each of them would make the request to the service fail, which is no fault of the service.
    [Theory]
    [InlineData("Content-Type")]
    [InlineData("Idempotency-Key")]
    [InlineData("Last-Event-ID")]
    [InlineData("Stripe-Signature")]
    [InlineData("svix-id")]
    [InlineData("svix-timestamp")]
    [InlineData("svix-signature")]
    public async Task A_forwarded_header_that_is_not_ASCII_or_repeated_is_rejected(string name)
    {
        await using var gateway = await TestGateway.StartAsync();
        var rejected = new[] { ("/api/packs", new[] { "é" }), ("/api/jobs/1/events", ["é"]), ("/api/packs", ["a/a", "b/b"]) };
        foreach (var (path, values) in rejected)
        {
            var answer = await gateway.SendRawAsync("GET", path, [.. values.Select(value => (name, value))]);
            Assert.Equal(400, answer.Status);
            Assert.Contains(name, answer.Body, StringComparison.Ordinal);
        }
        var accepted = await gateway.SendRawAsync("GET", "/api/packs", [(name, "application/json")]);
        Assert.Equal(200, accepted.Status);
    }

    [Fact]
    public async Task A_clients_trace_continues_in_the_service()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me")
        {
            Headers = { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } },
        };
        var parts = (await gateway.EchoAsync(request)).Headers["traceparent"].Split('-');
        Assert.Equal(Trace, parts[1]);
        // Below a span of the Gateway.
        Assert.NotEqual("b7ad6b7169203331", parts[2]);
    }

    [Fact]
    public async Task Only_listed_response_headers_reach_the_client()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync("/api/wallet");
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(["no-store"], answer.Headers.GetValues("Cache-Control"));
    }

    [Theory]
    [InlineData("/api/wallet/")]
    [InlineData("/API/wallet")]
    [InlineData("/api/Wallet")]
    [InlineData("/api/topup/cs_1/")]
    [InlineData("/api//wallet")]
    [InlineData("/api/wallet%2F")]
    [InlineData("/api/health/")]
    [InlineData("/HEALTH")]
    public async Task A_path_that_differs_in_case_or_by_a_slash_is_not_found(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await GatewayTests.AssertProblemAsync(answer, "not_found");
    }

    [Theory]
    [InlineData("/api/jobs")]
    [InlineData("/api/jobs/quote")]
    [InlineData("/api/export")]
    public async Task A_routes_own_limit_holds_for_chunked_bodies_too(string path)
    {
        const int Limit = 256 * 1024;
        await using var gateway = await TestGateway.StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        // The framing of a chunked body counts, too.
        foreach (var (length, status, isChunked) in new[]
        {
            (Limit, 200, false), (Limit + 1, 413, false), (Limit - 16, 200, true), (Limit + 1, 413, true),
        })
        {
            var request = RawRequest.Json("POST", path, new string('a', length), token);
            request.Set("Connection", "close");
            if (isChunked)
            {
                request.Chunk(length);
            }
            var answer = await gateway.SendRawAsync(request);
            Assert.Equal((length, status), (length, answer.Status));
        }
    }

    [Fact]
    public async Task The_services_are_checked_at_most_once_a_second()
    {
        await using var gateway = await TestGateway.StartAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var request = 0; request < 200; request++)
        {
            using var answer = await gateway.Client.GetAsync("/api/health");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        var seconds = (int)TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Assert.InRange(await gateway.HealthCallsAsync("wallet"), 1, seconds + 2);
    }

    [Fact]
    public async Task A_repeated_anonymous_top_up_belongs_to_the_same_user()
    {
        await using var gateway = await TestGateway.StartAsync();
        var key = Guid.NewGuid().ToString();
        var first = await TopUpAsync(gateway, key);
        Assert.Equal(first, await TopUpAsync(gateway, key));
        Assert.Equal(await TopUpAsync(gateway, "short"), await TopUpAsync(gateway, "short"));
        Assert.Equal(4, new[] { first, await TopUpAsync(gateway, Guid.NewGuid().ToString()), await TopUpAsync(gateway, null),
            await TopUpAsync(gateway, null) }.Distinct().Count());

        static async Task<string> TopUpAsync(TestGateway gateway, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup")
            {
                Content = JsonContent.Create(new { amount_cents = 500 }),
            };
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }
            using var answer = await gateway.Client.SendAsync(request);
            var userId = (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"];

            // The cookie that came with the answer is this user's.
            var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            var again = await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { "Cookie", cookie } } });
            Assert.Equal(userId, again.Headers["x-user-id"]);
            return userId;
        }
    }

    [Fact]
    public async Task A_short_anonymous_key_counts_only_from_the_same_address()
    {
        await using var gateway = await TestGateway.StartAsync(("TrustedProxies", "127.0.0.1"));
        Assert.NotEqual(await TopUpFromAsync(gateway, "1.2.3.4", "short"), await TopUpFromAsync(gateway, "1.2.3.5", "short"));
        var key = Guid.NewGuid().ToString();
        Assert.Equal(await TopUpFromAsync(gateway, "1.2.3.4", key), await TopUpFromAsync(gateway, "1.2.3.5", key));

        static async Task<string> TopUpFromAsync(TestGateway gateway, string address, string key) => (await gateway.EchoAsync(
            new HttpRequestMessage(
                HttpMethod.Post, "/api/topup")
            {
                Headers = { { "Idempotency-Key", key }, { "X-Forwarded-For", address } },
            })).Headers["x-user-id"];
    }
}
