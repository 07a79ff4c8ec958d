using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with two OpenID issuers of LocalCloud: <c>local</c> and <c>other</c>.</summary>
public sealed class OpenIdFixture : AccountsFixture
{
    /// <summary>The audience of ID tokens of both issuers.</summary>
    public const string Audience = "app";

    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Dictionary<string, TestClouds> _issuers = [];

    /// <summary>The real time, which a test moves on; of the issuers, too.</summary>
    public AdvancedClock Now { get; } = new();

    /// <summary>What a test makes of the issuers' answers.</summary>
    internal AlteredAnswers Altered { get; } = new();

    protected override TimeProvider Time => Now;

    protected override void Configure(IServiceCollection services) =>
        services.AddHttpClient(OpenIdProviders.ClientName).AddHttpMessageHandler(Altered.NewHandler);

    public override async ValueTask InitializeAsync()
    {
        foreach (var provider in new[] { "local", "other" })
        {
            _issuers[provider] = await TestClouds.StartAsync(configure: options => options with { Time = Now });
            SetProvider(Settings, provider, IssuerOf(provider));
        }
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _browser.Dispose();
        foreach (var issuer in _issuers.Values)
        {
            await issuer.DisposeAsync();
        }
    }

    /// <summary>The issuer as it is in tokens.</summary>
    public string IssuerOf(string provider = "local") => _issuers[provider].Host.OpenIdUrl.GetLeftPart(UriPartial.Authority);

    public static void SetProvider(Dictionary<string, string?> settings, string provider, string issuer)
    {
        settings[$"OpenId:Providers:{provider}:Name"] = $"The {provider} issuer";
        settings[$"OpenId:Providers:{provider}:Issuer"] = issuer;
        settings[$"OpenId:Providers:{provider}:ClientId"] = "local";
        settings[$"OpenId:Providers:{provider}:ClientSecret"] = "openid_local_secret";
        settings[$"OpenId:Providers:{provider}:TokenAudiences"] = $"{Audience}, another";
    }

    /// <summary>Posts as the browser of this user; null: one without a session.</summary>
    public async Task<OpenIdAnswer> PostAsync(string path, object body, Guid? user, ServiceApp? replica = null, string? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (client is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, client);
        }
        using var answer = await (replica ?? App).CreateClient(user).SendAsync(request);
        var signedIn = answer.Headers.TryGetValues(SignedInUser.HeaderName, out var values) ? SignedInUser.Parse(values.Single()) : null;
        return new OpenIdAnswer(answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(), signedIn);
    }

    /// <summary>Begins a sign-in and gives where the browser goes.</summary>
    public async Task<string> BeginAsync(Guid user, string? returnTo = null, string provider = "local", ServiceApp? replica = null)
    {
        var answer = await PostAsync($"/api/auth/providers/{provider}/start", new { return_to = returnTo }, user, replica);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body.GetProperty("authorization_url").GetString()!;
    }

    /// <summary>Fills in the issuer's form, and gives the parameters that the issuer sends the browser back with.</summary>
    public async Task<Dictionary<string, string>> AllowAsync(string url, string email, string? subject = null, bool cancel = false)
    {
        var fields = ParametersOf(url).Append(KeyValuePair.Create("email", email));
        fields = subject is null ? fields : fields.Append(KeyValuePair.Create("subject", subject));
        fields = cancel ? fields.Append(KeyValuePair.Create("cancel", "true")) : fields;
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await _browser.PostAsync(new Uri(url), form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith("https://app.example.com/api/auth/", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return ParametersOf(answer.Headers.Location.ToString());
    }

    /// <summary>What the page posts when the browser has come back.</summary>
    public Task<OpenIdAnswer> FinishAsync(
        Guid? user, Dictionary<string, string> parameters, string provider = "local", ServiceApp? replica = null, string? client = null) =>
        PostAsync(
            $"/api/auth/providers/{provider}/callback",
            parameters.Where(parameter => parameter.Key is "state" or "code" or "error").ToDictionary(), user, replica, client);

    /// <summary>The whole way.</summary>
    public async Task<OpenIdAnswer> EnterAsync(Guid user, string email, string? subject = null, string provider = "local") =>
        await FinishAsync(user, await AllowAsync(await BeginAsync(user, provider: provider), email, subject), provider);

    /// <summary>An ID token as an app's SDK gets it.</summary>
    public async Task<string> TokenAsync(
        string email, string audience = Audience, string? subject = null, int signedInSecondsAgo = 0, string provider = "local")
    {
        using var answer = await _browser.PostAsJsonAsync(
            new Uri(_issuers[provider].Host.ControlUrl, "/openid/tokens"),
            new { email, audience, subject, signed_in_seconds_ago = signedInSecondsAgo });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id_token").GetString()!;
    }

    public Task<OpenIdAnswer> PresentAsync(Guid? user, string token) => PostAsync("/api/auth/token", new { id_token = token }, user);

    /// <summary>The public key of the issuer.</summary>
    public async Task<JsonElement> KeyAsync() =>
        (await _browser.GetFromJsonAsync<JsonElement>(new Uri($"{IssuerOf()}/jwks"))).GetProperty("keys")[0];

    public async Task RotateAsync()
    {
        using var answer = await _browser.PostAsync(new Uri(_issuers["local"].Host.ControlUrl, "/openid/rotate"), null);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Makes the issuer <c>local</c> fail, once or more often, and gives the fault's id.</summary>
    public async Task<string> FailAsync(string kind, string match, int times = 1)
    {
        using var answer = await _browser.PostAsJsonAsync(
            new Uri(_issuers["local"].Host.ControlUrl, "/faults"), new { cloud = "openid", kind, match, times });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>How often a fault of the issuer <c>local</c> has struck.</summary>
    public async Task<int> StruckAsync(string fault)
    {
        var faults = await _browser.GetFromJsonAsync<JsonElement>(new Uri(_issuers["local"].Host.ControlUrl, "/faults"));
        return faults.GetProperty("faults").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == fault).GetProperty("struck").GetInt32();
    }

    public Task<long> CountAsync(string table, string condition) =>
        Database.ScalarAsync<long>($"select count(*) from {table} where {condition}");

    private static Dictionary<string, string> ParametersOf(string url) =>
        QueryHelpers.ParseQuery(new Uri(url).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());

    /// <summary>The system's clock, and what a test has added to it.</summary>
    public sealed class AdvancedClock : TimeProvider
    {
        private TimeSpan _advance;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _advance;

        public void Advance(TimeSpan step) => _advance += step;
    }
}

/// <summary>What the service answers.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="SignedIn">What it tells the Gateway.</param>
public sealed record OpenIdAnswer(HttpStatusCode Status, JsonElement Body, SignedInUser? SignedIn)
{
    /// <summary>The user who is signed in; fails when nobody is.</summary>
    public Guid Uid =>
        Status == HttpStatusCode.OK ? Body.GetProperty("uid").GetGuid() : throw new InvalidOperationException($"{Status} {Body}");

    /// <summary>The status and the code of an error.</summary>
    public (int Status, string? Code) Error => ((int)Status, Body.GetProperty("code").GetString());
}
