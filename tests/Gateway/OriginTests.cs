using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Options;

namespace ReelBallers.Gateway.Tests;

public sealed class OriginTests
{
    [Theory]
    [InlineData("Origin", "https://evil.example.com", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "", 403)]
    [InlineData("Origin", "https://app.example.com.evil.example.com", 403)]
    [InlineData("Origin", "https://app.example.com", 200)]
    [InlineData("Origin", "https://reelballers.example.com", 200)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("X-Other", "x", 200)]
    public async Task Requests_from_another_sites_page_are_rejected(string header, string value, int status)
    {
        await using var gateway = await TestGateway.StartAsync(
            ("Cors:AllowedOrigins", "https://app.example.com"), ("App:Url", "https://reelballers.example.com/"));
        var (_, token) = await gateway.OpenSessionAsync();
        foreach (var path in new[] { "/api/debit", "/api/topup", "/api/session", "/api/auth/link", "/api/auth/link/confirm" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = JsonContent.Create(new { }),
                Headers = { { "Cookie", $"uid={token}" } },
            };
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await gateway.Client.SendAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
            if (status == 403)
            {
                await GatewayTests.AssertProblemAsync(answer, "origin_not_allowed");
            }
        }
    }

    [Fact]
    public async Task Requests_from_the_gateways_own_page_are_accepted()
    {
        await using var gateway = await TestGateway.StartAsync();
        var own = gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var answer = await gateway.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/api/session") { Headers = { { "Origin", own } } });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task Safe_methods_and_webhooks_are_exempt_from_the_origin_check()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/wallet"), (HttpMethod.Post, "/api/webhooks/stripe"), (HttpMethod.Post, "/api/runpod/webhook/1"),
        })
        {
            using var answer = await gateway.Client.SendAsync(
                new HttpRequestMessage(method, path) { Headers = { { "Origin", "https://evil.example.com" } } });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_content_security_policy_allows_the_configured_storage_only()
    {
        await using var gateway = await TestGateway.StartAsync(
            ("ContentSecurity:StorageOrigins", "https://account.r2.cloudflarestorage.com"));
        using var answer = await gateway.Client.GetAsync("/");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("connect-src 'self' https://account.r2.cloudflarestorage.com;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", policy, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OptionsValidationException>(
            () => TestGateway.StartAsync(("ContentSecurity:StorageOrigins", "https://*.example.com")));
    }
}
