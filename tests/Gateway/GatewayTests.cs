using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class GatewayTests
{
    [Fact]
    public async Task Requests_are_forwarded_unchanged_over_http2()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        foreach (var (method, path, service) in new[]
        {
            ("GET", "/api/me", "wallet"), ("POST", "/api/debit", "wallet"), ("GET", "/api/wallet/ledger", "wallet"),
            ("GET", "/api/wallet/ledger.csv", "wallet"), ("GET", "/api/wallet/totals", "wallet"), ("GET", "/api/wallet/events", "wallet"),
            ("GET", "/api/packs", "payments"), ("GET", "/api/topup/cs_1", "payments"), ("POST", "/api/webhook", "payments"),
            ("POST", "/api/webhooks/stripe", "payments"), ("POST", "/api/uploads", "storage"), ("POST", "/api/uploads/complete", "storage"),
            ("GET", "/api/uploads/1%2Finput%2F2.mp4", "storage"), ("GET", "/api/uploads/1/input/2.mp4", "storage"),
            ("DELETE", "/api/files/1%2Finput%2F2.mp4", "storage"), ("DELETE", "/api/files/1/input/2.mp4", "storage"),
            ("DELETE", "/api/files/1/output/2/3.mp4", "storage"),
            ("POST", "/api/jobs", "jobs"), ("GET", "/api/jobs/1", "jobs"), ("POST", "/api/jobs/1/cancel", "jobs"),
            ("POST", "/api/jobs/1/retry", "jobs"),
            ("GET", "/api/account", "accounts"), ("PUT", "/api/account", "accounts"),
            ("POST", "/api/account/unsubscribe/1", "accounts"), ("POST", "/api/auth/link", "accounts"),
            ("POST", "/api/auth/link/confirm", "accounts"),
            ("GET", "/api/download/1", "jobs"), ("POST", "/api/runpod/webhook/1", "jobs"),
        })
        {
            var body = method == "POST" ? "{ \"a\" : 1 }" : "";
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = method == "POST" ? new StringContent(body, Encoding.UTF8, "application/json") : null,
            };
            var echo = await gateway.EchoAsync(request);
            Assert.Equal((service, path, body, "HTTP/2"), (echo.Service, echo.Path, echo.Body, echo.Protocol));
        }
    }

    [Fact]
    public async Task Unknown_paths_and_methods_get_a_problem_with_a_code()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (method, path, status, code) in new[]
        {
            (HttpMethod.Get, "/api/nothing", HttpStatusCode.NotFound, "not_found"),
            (HttpMethod.Delete, "/api/jobs", HttpStatusCode.MethodNotAllowed, "method_not_allowed"),
        })
        {
            using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(method, path));
            Assert.Equal(status, answer.StatusCode);
            await AssertProblemAsync(answer, code);
        }
    }

    [Fact]
    public async Task Health_lists_each_service_and_is_503_when_one_is_down()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(Health("healthy", jobs: "healthy"), await gateway.Client.GetStringAsync("/api/health"));

        await gateway.StopBackendAsync("jobs");
        // The response is cached for a second.
        using var answer = await Eventually.BecomesAsync(
            () => gateway.Client.GetAsync("/api/health"), answer =>
                answer.StatusCode == HttpStatusCode.ServiceUnavailable, "the outage shows");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(Health("unhealthy", jobs: "unhealthy"), await answer.Content.ReadAsStringAsync());
    }

    private static string Health(string status, string jobs) => JsonSerializer.Serialize(new
    {
        status,
        services = new { payments = "healthy", wallet = "healthy", jobs, storage = "healthy" },
    });

    [Fact]
    public async Task An_unavailable_service_is_a_problem()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.StopBackendAsync("wallet");
        using var answer = await gateway.Client.GetAsync("/api/wallet");
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable });
        await AssertProblemAsync(answer, "service_unavailable");
    }

    [Fact]
    public async Task A_large_body_is_rejected_with_and_without_a_content_length()
    {
        await using var gateway = await TestGateway.StartAsync();
        const int TooLarge = 1024 * 1024 + 1;
        // A raw request: an HTTP client that continues sending may lose the response with the connection.
        foreach (var header in new[]
        {
            $"Content-Length: {TooLarge}\r\n\r\n",
            $"Transfer-Encoding: chunked\r\n\r\n{TooLarge:x}\r\n{new string('a', TooLarge)}",
        })
        {
            var answer = await gateway.SendRawAsync(
                RawRequest.Text($"POST /api/jobs HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{header}"));
            Assert.Equal((413, "too_large"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task Server_sent_events_are_forwarded_immediately()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        using var answer = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("event: status", await reader.ReadLineAsync());
        Assert.Equal("data: 1", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Every_response_has_the_security_headers()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var path in new[] { "/", "/api/health", "/api/wallet", "/api/nothing", "/api/wallet/", "/nothing" })
        {
            using var answer = await gateway.Client.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy")
                .Single(), StringComparison.Ordinal);
            Assert.Equal(path == "/" ? "no-cache" : "no-store", answer.Headers.GetValues("Cache-Control").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task A_client_that_disconnects_is_not_logged_and_its_stream_ends()
    {
        using var logs = new CollectedLogs();
        await using (var gateway = await TestGateway.StartAsync(logs.Register, ("Logging:LogLevel:Default", "Information")))
        {
            await gateway.UseSessionAsync();
            logs.Clear();
            for (var client = 0; client < 10; client++)
            {
                using var stream = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
                Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
            }
            await Eventually.IsTrueAsync(async () => await gateway.OpenStreamsAsync("jobs") == 0, "the streams are closed");
        }
        // The Gateway has stopped: what it had to log of the requests is logged.
        Assert.DoesNotContain(logs.Lines, line => !line.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cors_allows_configured_origins_only()
    {
        await using var gateway = await TestGateway.StartAsync(("Cors:AllowedOrigins", "https://app.example.com, http://localhost:5173"));
        foreach (var (origin, allowed) in new[]
        {
            ("https://app.example.com", true), ("http://localhost:5173", true), ("https://evil.example.com", false),
        })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/topup")
            {
                Headers =
                {
                    { "Origin", origin },
                    { "Access-Control-Request-Method", "POST" },
                    { "Access-Control-Request-Headers", "idempotency-key,content-type,traceparent" },
                },
            };
            using var answer = await gateway.Client.SendAsync(preflight);
            Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var value) && value.Single() == origin);
            Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Credentials"));
            string[] wanted = ["Content-Type", "Idempotency-Key", "traceparent"];
            var names = answer.Headers.TryGetValues("Access-Control-Allow-Headers", out var header) ? header.Single().Split(',') : [];
            Assert.Equal(allowed ? wanted : [], names.Intersect(wanted).Order());
        }
    }

    [Theory]
    [InlineData("https://app.example.com/")]
    [InlineData("*")]
    [InlineData("ftp://app.example.com")]
    public async Task A_malformed_allowed_origin_fails_the_start(string origin) =>
        await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestGateway.StartAsync(("Cors:AllowedOrigins", origin)));

    internal static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, string code)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(problem.GetProperty("title").GetString(), problem.GetProperty("error").GetString());
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("trace_id").GetString()));
        return problem;
    }
}
