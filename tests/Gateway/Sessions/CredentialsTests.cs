using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Gateway.Tests;

/// <summary>Which cookies and Authorization headers of a request authenticate the caller.</summary>
public sealed class CredentialsTests
{
    private static readonly string[] JunkTokens = [
        "", " ", "a", "null", "%00", "\"\"", "=", "====", "++++", "////", "-_-_", "Ünïcödé", "😀", new string('é', 100),
        .. new[] { 63, 64, 65, 99, 100, 101, 102, 103, 104, 105, 4000 }
            .SelectMany(length => "A+/=%!_~\t".Select(character => new string(character, length))),
        Guid.NewGuid().ToString(), "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    ];

    [Fact]
    public async Task An_invalid_cookie_is_ignored()
    {
        await using var gateway = await TestGateway.StartAsync(("RateLimits:Mode", "off"));
        var (_, token) = await gateway.OpenSessionAsync();
        foreach (var junk in JunkTokens.Concat(Edited(token)))
        {
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={junk}"));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} for the cookie uid={junk}");
            Assert.DoesNotContain("x-user-id", (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.Keys);

            using var session = await gateway.SendAsync(HttpMethod.Post, "/api/session", ("Cookie", $"uid={junk}"));
            Assert.Equal(HttpStatusCode.Created, session.StatusCode);
        }
    }

    [Fact]
    public async Task An_invalid_bearer_token_is_rejected_even_with_a_valid_cookie()
    {
        await using var gateway = await TestGateway.StartAsync(("RateLimits:Mode", "off"));
        var (_, token) = await gateway.OpenSessionAsync();
        foreach (var junk in JunkTokens.Concat(Edited(token)).Append($"{token}, Bearer {token}").Append($"{token} {token}"))
        {
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet",
                ("Authorization", $"Bearer {junk}"), ("Cookie", $"uid={token}"));
            await AssertRejectedAsync(answer, junk);
        }
    }

    [Fact]
    public async Task An_invalid_bearer_token_is_rejected_on_every_route_that_reads_identity()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/me"), (HttpMethod.Get, "/api/packs"), (HttpMethod.Get, "/api/pricing"), (HttpMethod.Post, "/api/topup"),
            (HttpMethod.Post, "/api/session"), (HttpMethod.Post, "/api/jobs"), (HttpMethod.Get, "/api/jobs/1/events"),
        })
        {
            using var answer = await gateway.SendAsync(method, path, ("Authorization", "bearer wrong"));
            await AssertRejectedAsync(answer, path);
        }
    }

    [Fact]
    public async Task Routes_with_their_own_authentication_ignore_an_invalid_bearer_token()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/webhook"), (HttpMethod.Post, "/api/webhooks/stripe"), (HttpMethod.Post, "/api/runpod/webhook/1"),
            (HttpMethod.Get, "/api/health"), (HttpMethod.Get, "/health"), (HttpMethod.Get, "/alive"), (HttpMethod.Get, "/"),
            (HttpMethod.Get, "/openapi/v1.json"),
        })
        {
            using var answer = await gateway.SendAsync(method, path, ("Authorization", "Bearer wrong"));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} at {path}");
        }
    }

    [Fact]
    public async Task Two_authorization_headers_are_rejected()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        var (_, other) = await gateway.OpenSessionAsync();
        foreach (var second in new[] { $"Bearer {token}", $"Bearer {other}", "Basic dXNlcjpwYXNzd29yZA==" })
        {
            // A raw request: HttpClient would combine the headers.
            var answer = await gateway.SendRawAsync("GET", "/api/wallet",
                [("Authorization", $"Bearer {token}"), ("Authorization", second), ("Cookie", $"uid={token}")]);
            Assert.Equal((401, "not_authenticated"), (answer.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    [InlineData("Digest username=\"a\"")]
    [InlineData("Bearertoken")]
    [InlineData("")]
    public async Task Other_authorization_schemes_are_ignored(string authorization)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        using var answer = await gateway.SendAsync(
            HttpMethod.Get, "/api/wallet", ("Authorization", authorization), ("Cookie", $"uid={token}"));
        Assert.Equal(uid.ToString(), (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);

        using var anonymous = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Authorization", authorization));
        Assert.DoesNotContain("x-user-id", (await anonymous.Content.ReadFromJsonAsync<Echo>())!.Headers.Keys);
    }

    [Theory]
    [InlineData("bearer {0}")]
    [InlineData("BEARER   {0}  ")]
    public async Task The_bearer_scheme_is_read_in_any_case(string authorization)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet",
            ("Authorization", string.Format(CultureInfo.InvariantCulture, authorization, token)));
        Assert.Equal(uid.ToString(), (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
    }

    [Theory]
    [InlineData("uid={0}", "uid={1}")]
    [InlineData("uid={0}", "uid={0}")]
    [InlineData("uid={0}; uid={1}")]
    [InlineData("uid={0};uid=")]
    [InlineData("uid=junk; a=b; uid={0}")]
    [InlineData("uid={0}, uid={1}")]
    [InlineData("uid = {0}; uid={1}")]
    [InlineData("UID={0}")]
    [InlineData("xuid={0}")]
    [InlineData("uid")]
    public async Task Two_uid_cookies_and_cookies_of_another_name_count_as_none(params string[] cookies)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, first) = await gateway.OpenSessionAsync();
        var (_, second) = await gateway.OpenSessionAsync();
        var headers = cookies.Select(cookie => ("Cookie", string.Format(CultureInfo.InvariantCulture, cookie, first, second)));
        // A raw request: HttpClient would combine the headers.
        var answer = await gateway.SendRawAsync("GET", "/api/wallet", [.. headers]);
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("x-user-id", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uid={0}")]
    [InlineData("theme=dark; uid={0}; lang=en")]
    [InlineData("theme=dark;uid={0}")]
    [InlineData("broken; ; =; uid={0};")]
    [InlineData("UID=other; uid={0}; uids=2")]
    public async Task One_uid_cookie_among_others_is_found(string cookie)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        var answer = await gateway.SendRawAsync("GET", "/api/wallet",
            [("Cookie", "other=1"), ("Cookie", string.Format(CultureInfo.InvariantCulture, cookie, token))]);
        Assert.Contains($"\"x-user-id\":\"{uid}\"", answer.Body, StringComparison.Ordinal);
    }

    internal static async Task AssertRejectedAsync(HttpResponseMessage answer, string sent)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{answer.StatusCode} for {sent}");
        var problem = await GatewayTests.AssertProblemAsync(answer, "not_authenticated");
        Assert.Equal(JsonValueKind.String, problem.GetProperty("detail").ValueKind);
        Assert.Contains("bearer token", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    // The token with each character replaced in turn, and with one too few or too many.
    private static IEnumerable<string> Edited(string token) => Enumerable.Range(0, token.Length)
        .Select(at => token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..])
        .Concat([token[..^1], token + "A", token + "=", $"\"{token}\"", token[..50] + " " + token[50..], token[..50] + " " + token[51..]]);
}
