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

    [Theory]
    [InlineData(null, null, 201)]
    [InlineData(null, "same-origin", 201)]
    [InlineData(null, "cross-site", 403)]
    [InlineData(null, "same-site", 403)]
    [InlineData("https://app.example.com", "cross-site", 201)]
    [InlineData("https://app.example.com", "same-site", 201)]
    [InlineData("https://evil.example.com", "same-origin", 403)]
    public async Task Origin_and_fetch_site_must_agree(string? origin, string? site, int status)
    {
        await using var gateway = await TestGateway.StartAsync(("Cors:AllowedOrigins", "https://app.example.com"));
        var own = gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session") { Headers = { { "Origin", origin ?? own } } };
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "/api/auth/sessions")]
    [InlineData("DELETE", "/api/auth/sessions/1")]
    [InlineData("DELETE", "/api/cards/1")]
    [InlineData("DELETE", "/api/files/1")]
    [InlineData("PUT", "/api/auto-topup")]
    [InlineData("PUT", "/api/cards/1/default")]
    [InlineData("POST", "/api/auth/logout")]
    public async Task Every_unsafe_method_is_checked(string method, string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        foreach (var (header, value) in new[] { ("Origin", "https://evil.example.com"), ("Sec-Fetch-Site", "cross-site") })
        {
            using var answer = await gateway.SendAsync(new HttpMethod(method), path, ("Cookie", $"uid={token}"), (header, value));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
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
        Assert.DoesNotContain("unsafe-", policy, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OptionsValidationException>(
            () => TestGateway.StartAsync(("ContentSecurity:StorageOrigins", "https://*.example.com")));
    }
}
