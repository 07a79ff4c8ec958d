using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReelBallers.Gateway.Tests;

/// <summary>Where a sign-in at an OpenID issuer sends the browser.</summary>
public sealed class SignInRedirectTests
{
    [Theory]
    [InlineData("providers/google/start?return_to=/jobs%3Fx=1%23y", "#provider=google&return_to=%2Fjobs%3Fx%3D1%23y")]
    [InlineData("providers/google/start", "#provider=google")]
    [InlineData("google?return_to=/jobs", "#provider=google&return_to=%2Fjobs")]
    [InlineData("google/callback?code=c&state=s&provider=x", "#provider=google&state=s&code=c")]
    [InlineData("providers/google/start?code=1&state=2", "#provider=google")]
    [InlineData("providers/google/callback?code=4%2F0A+b&state=s&scope=openid&iss=x", "#provider=google&state=s&code=4%2F0A%20b")]
    [InlineData("providers/google/callback?error=access_denied&state=s&error_uri=x", "#provider=google&state=s&error=access_denied")]
    [InlineData("providers/google/callback?state=%22%3E%3Cscript%3E%0D%0AX:y", "#provider=google&state=%22%3E%3Cscript%3E%0D%0AX%3Ay")]
    [InlineData("providers/a%23%26b%0D%0A/callback?state=s", "#provider=a%23%26b%0D%0A&state=s")]
    [InlineData("providers/evil.example.com%2F/callback?state=s", null)]
    public async Task It_leads_to_the_page_alone_and_changes_nothing(string path, string? fragment)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.SendAsync(HttpMethod.Get, $"/api/auth/{path}");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        if (fragment is null)
        {
            Assert.StartsWith("/sign-in.html#", answer.Headers.Location?.OriginalString ?? "/sign-in.html#", StringComparison.Ordinal);
            return;
        }
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/sign-in.html{fragment}", answer.Headers.Location!.OriginalString);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_session_that_one_replica_has_opened_for_a_sign_in_is_known_to_the_one_that_the_browser_comes_back_to()
    {
        await using var first = await TestGateway.StartAsync();
        await using var second = await TestGateway.StartAsync();
        using var begun = await first.Client.PostAsync("/api/auth/providers/google/start", Json("{}"));
        var user = (await begun.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/providers/google/callback") { Content = Json("{}") };
        request.Headers.Add("Cookie", $"uid={SessionTests.TokenOf(begun)}");
        using var finished = await second.Client.SendAsync(request);
        Assert.Equal(user, (await finished.Content.ReadFromJsonAsync<Echo>())!.Headers["x-user-id"]);
    }

    [Theory]
    [InlineData("/api/auth/providers/google/callback")]
    [InlineData("/api/auth/token")]
    public async Task A_sign_in_opens_a_session_and_a_page_of_another_site_cannot_cause_it(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, before) = await gateway.OpenSessionAsync();
        var account = Guid.NewGuid();
        using var foreign = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(EchoService.SignIn(account)) };
        foreign.Headers.Add("Origin", "https://evil.example.com");
        using var rejected = await gateway.Client.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, rejected.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(EchoService.SignIn(account)) };
        request.Headers.Add("Cookie", $"uid={before}");
        using var answer = await gateway.Client.SendAsync(request);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        Assert.Equal(SessionTests.TokenOf(answer), token);
        using var old = await gateway.SendAsync(HttpMethod.Get, "/api/wallet", ("Cookie", $"uid={before}"));
        Assert.False((await old.Content.ReadFromJsonAsync<Echo>())!.Headers.ContainsKey("x-user-id"));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
