using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>How long a session lasts, and how a browser keeps it.</summary>
public sealed class SessionTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_returning_browser_gets_a_renewed_cookie_and_keeps_its_session()
    {
        await using var gateway = await StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        for (var visit = 0; visit < 5; visit++)
        {
            using (var soon = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}")))
            {
                Assert.False(soon.Headers.Contains("Set-Cookie"));
            }
            _clock.Advance(TimeSpan.FromDays(300));
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
            Assert.Equal(uid.ToString(), (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
            token = TokenOf(answer);
        }
    }

    [Fact]
    public async Task A_browser_that_returns_after_a_year_is_anonymous()
    {
        await using var gateway = await StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        _clock.Advance(TimeSpan.FromDays(365));
        using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("x-user-id", (await answer.Content.ReadFromJsonAsync<Echo>())!.Headers.Keys);
        Assert.False(answer.Headers.Contains("Set-Cookie"));

        using var bearer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Authorization", $"Bearer {token}"));
        await CredentialsTests.AssertRejectedAsync(bearer, token);
    }

    [Fact]
    public async Task An_error_answer_renews_the_cookie_too_and_a_bearer_token_is_never_renewed_by_cookie()
    {
        await using var gateway = await StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        _clock.Advance(TimeSpan.FromDays(31));
        using var missing = await gateway.SendAsync(HttpMethod.Get, "/api/nothing", ("Cookie", $"uid={token}"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.NotEqual(token, TokenOf(missing));

        using var bearer = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Authorization", $"Bearer {token}"));
        Assert.False(bearer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Requesting_a_session_again_renews_it_once()
    {
        await using var gateway = await StartAsync();
        var (uid, token) = await gateway.OpenSessionAsync();
        foreach (var (name, value) in new[] { ("Cookie", $"uid={token}"), ("Authorization", $"Bearer {token}") })
        {
            _clock.Advance(TimeSpan.FromDays(40));
            using var answer = await gateway.SendAsync(HttpMethod.Post, "/api/session", (name, value));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var body = (await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>())!;
            Assert.Equal(uid.ToString(), body["uid"]);
            Assert.NotEqual(token, body["token"]);
            Assert.Equal(body["token"], TokenOf(answer));
        }
    }

    [Fact]
    public async Task After_a_key_rotation_the_next_request_renews_the_cookie_with_the_new_key()
    {
        const string NewKey = "the-new-signing-key-of-the-tests-long-enough";
        string token;
        Guid uid;
        await using (var before = await StartAsync())
        {
            (uid, token) = await before.OpenSessionAsync();
        }
        await using (var during = await StartAsync(
            ("Session:SigningKey", NewKey), ("Session:PreviousSigningKeys", TestGateway.SigningKey)))
        {
            using var answer = await during.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
            token = TokenOf(answer);
        }
        await using var after = await StartAsync(("Session:SigningKey", NewKey), ("Session:PreviousSigningKeys", ""));
        using var last = await after.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={token}"));
        Assert.Equal(uid.ToString(), (await last.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public void The_cookie_is_secure_when_the_request_came_over_https(string scheme, bool secure)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        SessionCookie.Set(context, "token");
        var attributes = context.Response.Headers.SetCookie.ToString().Split("; ").Order(StringComparer.Ordinal);
        string[] expected = secure
            ? ["httponly", "max-age=31536000", "path=/", "samesite=strict", "secure", "uid=token"]
            : ["httponly", "max-age=31536000", "path=/", "samesite=strict", "uid=token"];
        Assert.Equal(expected, attributes);
    }

    [Theory]
    [InlineData("Session:PreviousSigningKeys", "too short")]
    [InlineData("Session:PreviousSigningKeys", TestGateway.SigningKey)]
    [InlineData("App:Url", "reelballers.example.com")]
    public async Task An_invalid_setting_fails_the_start(string key, string value)
    {
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestGateway.StartAsync((key, value)));
        Assert.StartsWith($"{key} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_connection_string_fails_the_start() =>
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => TestGateway.StartAsync(("ConnectionStrings:gatewaydb", "")));

    internal static string TokenOf(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").Single()["uid=".Length..].Split(';')[0];

    private Task<TestGateway> StartAsync(params (string Key, string Value)[] settings) =>
        TestGateway.StartAsync(services => services.AddSingleton<TimeProvider>(_clock), settings);
}
