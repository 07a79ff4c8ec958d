using System.Collections.Specialized;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The calls of a sign-in at an OpenID issuer, and what goes wrong with them.</summary>
internal static class OpenIdCalls
{
    private const string Start = "/api/auth/providers/local/start";
    private const string Callback = "/api/auth/providers/local/callback";

    /// <summary>As a browser and as an app; the caller's user stays.</summary>
    public static async Task SignInAsync(Stack stack, ContractClient client)
    {
        var before = client.Token;
        client.Token = null;
        await client.GetAsync("/api/auth/providers");
        foreach (var provider in new[] { "google", "providers/local" })
        {
            await LeadsToPageAsync(client, $"/api/auth/{provider}{(provider == "google" ? "" : "/start")}?return_to=%2F");
            await LeadsToPageAsync(client, $"/api/auth/{provider}/callback?state=x&code=y");
        }
        await client.OpenSessionAsync();
        var email = $"{Guid.NewGuid():N}@example.com";
        var back = await AllowAsync(client, email);
        var signedIn = await client.PostAsync(Callback, new { state = back["state"], code = back["code"] });
        client.Token = signedIn.GetProperty("token").GetString();
        await client.FailAsync(
            410, "sign_in_expired", HttpMethod.Post, Callback, JsonContent.Create(new { state = back["state"], code = "x" }));
        var token = new { id_token = await TokenAsync(stack, email) };
        client.Token = (await client.PostAsync("/api/auth/token", token)).GetProperty("token").GetString();
        await client.FailAsync(409, "id_token_used", HttpMethod.Post, "/api/auth/token", JsonContent.Create(token));
        client.Token = before;
    }

    /// <summary>Every error.</summary>
    public static async Task FailAsync(Stack stack, ContractClient client)
    {
        await client.FailAsync(
            404, "provider_not_found", HttpMethod.Post, "/api/auth/providers/unknown/start", JsonContent.Create(new { }));
        await client.FailAsync(
            404, "provider_not_found", HttpMethod.Post, "/api/auth/providers/unknown/callback", JsonContent.Create(new { state = "x" }));
        await client.FailAsync(
            400, "invalid_request", HttpMethod.Post, Start, JsonContent.Create(new { return_to = "//evil.invalid" }));
        await client.FailAsync(400, "invalid_id_token", HttpMethod.Post, "/api/auth/token", JsonContent.Create(new { id_token = "x" }));
        var cancelled = await AllowAsync(client, "jo@example.com", cancel: true);
        await client.FailAsync(409, "sign_in_cancelled", HttpMethod.Post, Callback,
            JsonContent.Create(new { state = cancelled["state"], error = cancelled["error"] }));
        foreach (var (kind, status, code) in new[]
        {
            ("wrong_nonce", 409, "sign_in_rejected"), ("unverified_email", 403, "email_not_verified"), ("cut", 503, "provider_unavailable"),
        })
        {
            var back = await AllowAsync(client, "jo@example.com");
            await stack.FaultAsync(new { cloud = "openid", kind, match = "POST /token" });
            await client.FailAsync(
                status, code, HttpMethod.Post, Callback, JsonContent.Create(new { state = back["state"], code = back["code"] }));
        }
        await stack.ClearFaultsAsync();
    }

    private static async Task LeadsToPageAsync(ContractClient client, string path)
    {
        var answer = await client.SendAsync(HttpMethod.Get, path);
        Assert.Equal(302, answer.Status);
        Assert.StartsWith("/sign-in.html#provider=", Assert.Single(answer.Headers["Location"]), StringComparison.Ordinal);
    }

    private static async Task<NameValueCollection> AllowAsync(
        ContractClient client, string email, bool cancel = false)
    {
        var url = (await client.PostAsync(Start, new { return_to = "/" })).GetProperty("authorization_url").GetString()!;
        var fields = HttpUtility.ParseQueryString(new Uri(url).Query);
        fields["email"] = email;
        if (cancel)
        {
            fields["cancel"] = "true";
        }
        using var issuer = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(fields.AllKeys.Select(key => KeyValuePair.Create(key!, fields[key]!)));
        using var answer = await issuer.PostAsync(new Uri(url), form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
    }

    private static async Task<string> TokenAsync(Stack stack, string email)
    {
        using var control = new HttpClient();
        using var answer = await control.PostAsJsonAsync(
            new Uri(stack.Control, "/openid/tokens"), new { email, audience = "local-app" });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id_token").GetString()!;
    }
}
