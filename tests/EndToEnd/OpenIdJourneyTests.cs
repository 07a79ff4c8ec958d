using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>A browser signs in at LocalCloud's OpenID issuer, through the Gateway.</summary>
[Collection(nameof(Stack))]
public sealed class OpenIdJourneyTests(Stack stack)
{
    private readonly string _email = $"{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task A_browser_signs_in_at_the_issuer_and_comes_back_to_where_it_was()
    {
        using var browser = new OpenIdBrowser(stack.Url);
        var guest = await browser.UidAsync();
        var providers = await browser.Client.GetFromJsonAsync<JsonElement>("/api/auth/providers");
        Assert.Equal("""[{"provider":"local","name":"Local OpenID"}]""", providers.GetProperty("providers").GetRawText());
        var body = await browser.SignInAsync(_email, "/?x=1");
        Assert.Equal((guest, "/?x=1"), (body.GetProperty("uid").GetGuid(), body.GetProperty("return_to").GetString()));
        Assert.Equal(_email, await browser.EmailAsync());

        // A second browser, whose user is joined with the account.
        using var other = new OpenIdBrowser(stack.Url);
        Assert.NotEqual(guest, await other.UidAsync());
        Assert.Equal(guest, (await other.SignInAsync(_email, "/")).GetProperty("uid").GetGuid());

        // An app, by an ID token that it has got itself; once.
        using var app = new HttpClient { BaseAddress = stack.Url };
        using var issued = await app.PostAsJsonAsync(
            new Uri(stack.Control, "/openid/tokens"), new { email = _email, audience = "local-app" });
        var token = (await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id_token").GetString();
        using var signedIn = await app.PostAsJsonAsync("/api/auth/token", new { id_token = token });
        Assert.Equal(guest, (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("uid").GetGuid());
        using var replayed = await app.PostAsJsonAsync("/api/auth/token", new { id_token = token });
        Assert.Equal(HttpStatusCode.Conflict, replayed.StatusCode);
    }

    [Fact]
    public async Task While_the_issuer_is_down_the_button_says_so_and_everything_else_works()
    {
        using var browser = new OpenIdBrowser(stack.Url);
        await browser.UidAsync();
        await stack.KillAsync("localcloud");
        // Accounts may have the issuer's document already; then the code cannot be redeemed.
        using var begun = await browser.PostAsync("/api/auth/providers/local/start", new { });
        Assert.Contains(begun.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
        if (begun.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            var problem = await begun.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("provider_unavailable", problem.GetProperty("code").GetString());
        }
        Assert.NotEqual(Guid.Empty, await browser.UidAsync());
        await stack.IsHealthyAsync();
        // Its keys are others now.
        await Eventually.IsTrueAsync(async () => (await browser.TrySignInAsync(_email, "/")) is not null, "the issuer is used again");
        Assert.Equal(_email, await browser.EmailAsync());
    }

    /// <summary>As the page in a browser: the cookie is kept, and not sent to the issuer.</summary>
    private sealed class OpenIdBrowser(Uri gateway) : IDisposable
    {
        private readonly HttpClient _issuer = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = gateway };

        public async Task<Guid> UidAsync()
        {
            using var answer = await Client.PostAsync("/api/session", null);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("uid").GetGuid();
        }

        public async Task<string?> EmailAsync() =>
            (await Client.GetFromJsonAsync<JsonElement>("/api/account")).GetProperty("email").GetString();

        public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body);

        public async Task<JsonElement> SignInAsync(string email, string returnTo) =>
            await TrySignInAsync(email, returnTo) ?? throw new InvalidOperationException("The sign-in failed.");

        /// <summary>Null when the issuer does not answer.</summary>
        public async Task<JsonElement?> TrySignInAsync(string email, string returnTo)
        {
            using var begun = await PostAsync("/api/auth/providers/local/start", new { return_to = returnTo });
            if (!begun.IsSuccessStatusCode)
            {
                return null;
            }
            var url = (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("authorization_url").GetString()!;
            var fields = HttpUtility.ParseQueryString(new Uri(url).Query);
            using var form = new FormUrlEncodedContent(
                fields.AllKeys.Select(key => KeyValuePair.Create(key!, fields[key]!)).Append(KeyValuePair.Create("email", email)));
            using var allowed = await _issuer.PostAsync(new Uri(url), form);
            Assert.Equal(HttpStatusCode.SeeOther, allowed.StatusCode);
            // A redirect by another site: the strict cookie is not sent.
            using var back = await _issuer.GetAsync(allowed.Headers.Location);
            Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
            Assert.False(back.Headers.Contains("Set-Cookie"));
            var page = new Uri(gateway, back.Headers.Location!);
            Assert.Equal("/sign-in.html", page.AbsolutePath);
            var answer = HttpUtility.ParseQueryString(page.Fragment.TrimStart('#'));
            using var finished = await PostAsync(
                $"/api/auth/providers/{answer["provider"]}/callback", new { state = answer["state"], code = answer["code"] });
            return finished.IsSuccessStatusCode ? await finished.Content.ReadFromJsonAsync<JsonElement>() : null;
        }

        public void Dispose()
        {
            Client.Dispose();
            _issuer.Dispose();
        }
    }
}
