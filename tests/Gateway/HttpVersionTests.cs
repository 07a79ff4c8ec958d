using System.Net;
using System.Net.Http.Json;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>What other tests find by HTTP/1.1 without TLS, by the versions that a Gateway with a certificate speaks.</summary>
public sealed class HttpVersionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The versions that have streams.</summary>
    public static IEnumerable<TheoryDataRow<string>> Versions =>
    [
        new("2.0"),
        new("3.0") { Skip = Msquic.Missing, SkipType = typeof(Msquic), SkipUnless = nameof(Msquic.IsInstalled) },
    ];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_request_reaches_its_service_and_the_answer_its_client(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup")
        {
            Content = new StringContent("{ \"a\" : 1 }", Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", "key-1" }, { "x-user-id", "forged" }, { "Cookie", "a=b" }, { "Accept-Encoding", "br" } },
        };
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (answer.StatusCode, answer.Version));
        var echo = (await answer.Content.ReadFromJsonAsync<Echo>())!;
        Assert.Equal(("payments", "/api/topup", "{ \"a\" : 1 }", "HTTP/2"), (echo.Service, echo.Path, echo.Body, echo.Protocol));
        Assert.Equal(
            ["content-length", "content-type", "host", "idempotency-key", "traceparent", "x-internal-credential", "x-user-id"],
            echo.Headers.Keys.Order());
        Assert.Equal("11", echo.Headers["content-length"]);
        Assert.NotEqual("forged", echo.Headers["x-user-id"]);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.Equal(["no-store"], answer.Headers.GetValues("Cache-Control"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.StartsWith("uid=", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);

        using var unknown = await gateway.Client.GetAsync("/api/Packs");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await GatewayTests.AssertProblemAsync(unknown, "not_found");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_request_without_a_body_is_forwarded_without_one(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        using var answer = await gateway.Client.GetAsync("/api/packs");
        var echo = (await answer.Content.ReadFromJsonAsync<Echo>())!;
        Assert.Equal(("payments", ""), (echo.Service, echo.Body));
        Assert.Equal(["host", "traceparent", "x-internal-credential"], echo.Headers.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_head_that_is_too_large_is_rejected(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        using var many = Request("/api/packs", 150, 1);
        using var rejected = await gateway.Client.SendAsync(many);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, rejected.StatusCode);
        // The client is told this limit, and does not send more.
        using var large = Request("/api/packs", 60, 320);
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Client.SendAsync(large));
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Client.GetAsync($"/api/packs?{new string('a', 9_000)}"));
        using var tooLong = await gateway.Client.GetAsync($"/api/packs?{new string('a', RequestHeadMiddleware.MaxTargetBytes)}");
        Assert.Equal(HttpStatusCode.RequestUriTooLong, tooLong.StatusCode);
        await GatewayTests.AssertProblemAsync(tooLong, "uri_too_long");

        using var largest = Request($"/api/packs?{new string('a', RequestHeadMiddleware.MaxTargetBytes - 11)}", 15, 320);
        using var accepted = await gateway.Client.SendAsync(largest);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        static HttpRequestMessage Request(string target, int headers, int length)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, target);
            for (var number = 0; number < headers; number++)
            {
                request.Headers.Add($"X-Header-{number}", new string('a', length));
            }
            return request;
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_routes_own_limit_holds_whether_a_length_is_said_or_not(string version)
    {
        const int Limit = 256 * 1024;
        await using var gateway = await HttpsGateway.StartAsync(version);
        await gateway.UseSessionAsync();
        foreach (var (length, status, isSaid) in new[]
        {
            (Limit, 200, true), (Limit + 1, 413, true), (Limit, 200, false), (Limit + 1, 413, false),
        })
        {
            var body = Encoding.ASCII.GetBytes(new string('a', length));
            using HttpContent content = isSaid
                ? new ByteArrayContent(body)
                : new UnsizedContent(stream => stream.WriteAsync(body).AsTask());
            using var answer = await gateway.Client.PostAsync("/api/jobs", content);
            Assert.Equal((length, isSaid, status), (length, isSaid, (int)answer.StatusCode));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Deadlines_hold(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version, ("ReverseProxy:Routes:job:Metadata:MaxSeconds", "1"));
        await gateway.UseSessionAsync();
        using var late = await gateway.Client.GetAsync("/api/jobs/hangs");
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        await GatewayTests.AssertProblemAsync(late, "service_unavailable");
        using var endless = await gateway.Client.GetAsync("/api/jobs/trickles", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, endless.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => endless.Content.ReadAsStringAsync().WaitAsync(Patience));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_that_does_not_read_its_response_is_cut_off(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version, ("ReverseProxy:Routes:ledger-csv:Metadata:MaxSeconds", "1"));
        await gateway.UseSessionAsync();
        using var unread = await gateway.Client.GetAsync("/api/wallet/ledger.csv?endless", HttpCompletionOption.ResponseHeadersRead);
        await Eventually.IsTrueAsync(
            async () => await gateway.Gateway.OpenStreamsAsync("wallet") == 0, "the service is told", TimeSpan.FromSeconds(40));
        using var next = await gateway.Client.GetAsync("/api/packs");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Events_flow_until_the_client_closes_their_stream(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        var (_, token) = await gateway.Gateway.OpenSessionAsync();
        using (var stream = await EventReader.OpenAsync(gateway.Client, "/api/events", isHttp2: false, token: token))
        {
            Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.ContentType));
            await IsOpenAsync(gateway, true);
            foreach (var cents in new[] { 5, 6 })
            {
                gateway.Gateway.Events("wallet").Send($"{cents}", "balance", $$"""{"balance_cents":{{cents}}}""");
                Assert.Equal(cents, (await stream.NextAsync())!.Data.GetProperty("balance_cents").GetInt32());
            }
        }
        await IsOpenAsync(gateway, false);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_Gateway_that_stops_finishes_its_requests_and_ends_its_event_streams(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        await gateway.UseSessionAsync();
        var held = gateway.Client.GetAsync("/api/jobs/held");
        using var forwarded = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
        using var merged = await EventReader.OpenAsync(gateway.Client, "/api/events", isHttp2: false);
        await IsOpenAsync(gateway, true);
        await Eventually.IsTrueAsync(async () => await gateway.Gateway.HeldRequestsAsync("jobs") == 1, "the service has the request");

        var stopped = gateway.Gateway.StopAsync();

        // Complete, where a connection that breaks would throw.
        Assert.Equal("event: status\ndata: 1\n\n", await forwarded.Content.ReadAsStringAsync().WaitAsync(Patience));
        Assert.Null(await merged.NextAsync());
        Assert.False(merged.WasCut);
        Assert.False(stopped.IsCompleted);
        await gateway.Gateway.ReleaseAsync("jobs");
        using var answer = await held.WaitAsync(Patience);
        Assert.Equal((HttpStatusCode.OK, "held"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        await stopped.WaitAsync(Patience);
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Client.GetAsync("/api/packs"));
    }

    internal static Task IsOpenAsync(HttpsGateway gateway, bool isOpen) => Eventually.IsTrueAsync(
        () => Task.FromResult(new[] { "wallet", "jobs", "payments" }.All(
            service => gateway.Gateway.Events(service).OpenCount == (isOpen ? 1 : 0))),
        isOpen ? "all streams are open" : "all streams are closed");
}
