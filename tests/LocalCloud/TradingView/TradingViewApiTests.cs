using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The offline TradingView: what the public client does not do, its faults, and what the control port shows.</summary>
public sealed class TradingViewApiTests : IAsyncLifetime
{
    private const string Script = "PUB;1";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private TestClouds _clouds = null!;

    public async ValueTask InitializeAsync()
    {
        _clouds = await TestClouds.StartAsync();
        _http.BaseAddress = _clouds.Host.TradingViewUrl;
        _http.DefaultRequestHeaders.Add("Cookie", "sessionid=tv_local; sessionid_sign=tv_local_signature");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _clouds.DisposeAsync();
    }

    [Theory]
    [InlineData("joBLOGGS", "Jobloggs")]
    [InlineData("unknown_jo", null)]
    [InlineData("", null)]
    public async Task A_name_is_looked_up_in_the_spelling_of_its_user(string typed, string? name)
    {
        var hints = await _http.GetFromJsonAsync<JsonElement>($"/username_hint/?s={typed}");
        Assert.Equal(name is null ? [] : [name], hints.EnumerateArray().Select(hint => hint.GetProperty("username").GetString()));
    }

    [Fact]
    public async Task The_list_comes_in_pages_and_can_be_of_one_user()
    {
        foreach (var user in new[] { "A", "B", "C" })
        {
            Assert.Equal(HttpStatusCode.Created, (await PostAsync("add", ("username_recip", user))).Status);
        }

        var first = (await PostAsync("list_users", "?limit=2")).Body;
        Assert.Equal(["C", "B"], Names(first));
        using var next = await _http.PostAsync(new Uri(first.GetProperty("next").GetString()!, UriKind.Relative), Form());
        var last = await next.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["A"], Names(last));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next").ValueKind);
        Assert.Equal(["B"], Names((await PostAsync("list_users", ("username", "b"))).Body));
    }

    [Fact]
    public async Task A_fault_strikes_before_or_after_the_effect_and_the_control_port_shows_the_effect()
    {
        using var control = new HttpClient { BaseAddress = _clouds.Host.ControlUrl };
        foreach (var (kind, status) in new[] { ("status", 429), ("status_after_effect", 502) })
        {
            using var added = await control.PostAsJsonAsync(
                "/faults", new { cloud = "tradingview", match = "POST /pine_perm/add/", kind, status, times = 1 });
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }

        Assert.Equal((HttpStatusCode)429, (await PostAsync("add", ("username_recip", "Jo"))).Status);
        Assert.Equal(0, await CountAsync(control));
        Assert.Equal(HttpStatusCode.BadGateway, (await PostAsync("add", ("username_recip", "Jo"))).Status);
        Assert.Equal(1, await CountAsync(control));
    }

    [Fact]
    public async Task What_is_no_request_of_the_page_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("add", ("username_recip", "Jo"), ("expiration", "soon"))).Status);
        using var json = await _http.PostAsJsonAsync("/pine_perm/add/", new { pine_id = Script });
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
        using var path = await _http.GetAsync(new Uri("/pine_perm/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, path.StatusCode);
    }

    private static async Task<int> CountAsync(HttpClient control) =>
        (await control.GetFromJsonAsync<JsonElement>("/tradingview/access")).GetProperty("access").GetArrayLength();

    private static IEnumerable<string> Names(JsonElement page) =>
        page.GetProperty("results").EnumerateArray().Select(user => user.GetProperty("username").GetString()!);

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new([new("pine_id", Script), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);

    private Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string act, params (string Name, string Value)[] fields) =>
        PostAsync(act, "", fields);

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        string act, string query, params (string Name, string Value)[] fields)
    {
        using var answer = await _http.PostAsync(new Uri($"/pine_perm/{act}/{query}", UriKind.Relative), Form(fields));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
