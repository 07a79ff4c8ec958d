using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class IdentityTests
{
    [Fact]
    public async Task A_new_session_gets_a_uid_and_a_cookie_that_scripts_and_other_sites_cannot_use()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsync("/api/session", null);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().ToLowerInvariant();
        Assert.StartsWith("uid=", cookie, StringComparison.Ordinal);
        foreach (var attribute in new[] { "path=/", "httponly", "samesite=strict", "max-age=31536000" })
        {
            Assert.Contains(attribute, cookie, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        var body = await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>();
        Assert.DoesNotContain(body!["uid"], cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cookie_and_the_bearer_token_identify_the_same_user()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();

        foreach (var (name, value) in new[] { ("Cookie", $"uid={token}"), ("Authorization", $"Bearer {token}") })
        {
            var echo = await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { name, value } } });
            Assert.Equal(uid.ToString(), echo.Headers["x-user-id"]);
            Assert.DoesNotContain("cookie", echo.Headers.Keys);
            Assert.DoesNotContain("authorization", echo.Headers.Keys);

            using var again = new HttpRequestMessage(HttpMethod.Post, "/api/session") { Headers = { { name, value } } };
            using var answer = await gateway.Client.SendAsync(again);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains(uid.ToString(), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_forged_or_edited_token_is_anonymous()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        var edited = (token[0] == 'A' ? 'B' : 'A') + token[1..];
        var otherSignature = token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");

        foreach (var forged in new[] { uid.ToString(), edited, otherSignature, token[..^1], token + "A", "", "%00", "null" })
        {
            var echo = await gateway.EchoAsync(
                new HttpRequestMessage(HttpMethod.Get, "/api/wallet") { Headers = { { "Cookie", $"uid={forged}" } } });
            Assert.DoesNotContain("x-user-id", echo.Headers.Keys);
        }
    }

    [Fact]
    public async Task Identity_headers_of_a_client_never_reach_a_service()
    {
        await using var gateway = await TestGateway.StartAsync();
        var stranger = Guid.NewGuid().ToString();

        var anonymous = await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/wallet")
        {
            Headers = { { "X-User-Id", stranger }, { "X-Internal-Credential", "guessed" } },
        });
        Assert.DoesNotContain("x-user-id", anonymous.Headers.Keys);
        Assert.Equal(ServiceApp.Credential, anonymous.Headers["x-internal-credential"]);

        var (uid, token) = await gateway.OpenSessionAsync();
        var known = await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/wallet")
        {
            Headers = { { "X-User-Id", stranger }, { "Authorization", $"Bearer {token}" } },
        });
        Assert.Equal(uid.ToString(), known.Headers["x-user-id"]);
    }

    [Fact]
    public async Task An_anonymous_top_up_gets_a_session_with_the_response()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsJsonAsync("/api/topup", new { amount_cents = 500 });
        var echo = await answer.Content.ReadFromJsonAsync<Echo>();
        var token = answer.Headers.GetValues("Set-Cookie").Single()["uid=".Length..].Split(';')[0];

        var me = await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { "Cookie", $"uid={token}" } } });
        Assert.Equal(echo!.Headers["x-user-id"], me.Headers["x-user-id"]);
    }

    [Fact]
    public async Task A_rejected_top_up_and_one_with_a_session_set_no_cookie()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var refused = await gateway.Client.PostAsync("/api/topup", new StringContent(EchoService.Refused));
        Assert.False(refused.Headers.Contains("Set-Cookie"));

        var (uid, token) = await gateway.OpenSessionAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/topup") { Headers = { { "Cookie", $"uid={token}" } } };
        using var answer = await gateway.Client.SendAsync(request);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(uid.ToString(), (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    public async Task An_invalid_signing_key_fails_the_start(string key) =>
        await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestGateway.StartAsync(("Session:SigningKey", key)));
}
