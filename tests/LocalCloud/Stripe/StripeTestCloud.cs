using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The offline Stripe with a merchant's webhook endpoint, spoken to over HTTP.</summary>
internal sealed class StripeTestCloud : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-stripe-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ShiftedTime _time = new();
    private LocalCloudHost _host = null!;

    public StripeReceiver Receiver { get; private set; } = null!;

    public Uri Url => _host.StripeUrl;

    public Uri ControlUrl => _host.ControlUrl;

    public string DataDirectory => _directory;

    public static async Task<StripeTestCloud> StartAsync()
    {
        var cloud = new StripeTestCloud { Receiver = await StripeReceiver.StartAsync() };
        await cloud.StartHostAsync();
        return cloud;
    }

    public async Task RestartAsync()
    {
        await _host.DisposeAsync();
        await StartHostAsync();
    }

    public void PassTime(TimeSpan time) => _time.Offset += time;

    public static (string Key, string Value)[] Order(long cents, params (string Key, string Value)[] more) =>
    [
        ("mode", "payment"),
        ("success_url", "http://localhost/thanks?s={CHECKOUT_SESSION_ID}"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][price_data][unit_amount]", cents.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("line_items[0][price_data][product_data][name]", "Credits"),
        ("line_items[0][quantity]", "1"),
        .. more,
    ];

    public async Task<StripeAnswer> CreateSessionAsync(long cents = 500, params (string Key, string Value)[] more) =>
        (await PostAsync("/v1/checkout/sessions", Order(cents, more))).Ok();

    /// <summary>A session that was paid with a card, and its payment intent.</summary>
    public async Task<(string Session, string Intent)> BuyAsync(long cents = 500, string card = "4242424242424242")
    {
        var session = await CreateSessionAsync(cents);
        var paid = await PayAsync(session, ("card_number", card));
        Assert.Equal(303, (int)paid.StatusCode);
        return (session.Id, (await GetAsync($"/v1/checkout/sessions/{session.Id}"))["payment_intent"]!);
    }

    public Task<HttpResponseMessage> PayAsync(StripeAnswer session, params (string Key, string Value)[] fields) =>
        SubmitAsync(session["url"]!, fields);

    /// <summary>Posts the form of a page.</summary>
    public Task<HttpResponseMessage> SubmitAsync(string url, params (string Key, string Value)[] fields) =>
        _http.PostAsync(url, Form(fields));

    public Task<HttpResponseMessage> BrowseAsync(string url) => _http.GetAsync(url);

    public Task<StripeAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<StripeAnswer> PostAsync(string path, params (string Key, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, Form(fields));

    public Task<StripeAnswer> PostOnceAsync(string key, string path, params (string Key, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, Form(fields), request => request.Headers.Add("Idempotency-Key", key));

    public async Task<StripeAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? configure = null,
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_local");
        configure?.Invoke(request);
        var response = await _http.SendAsync(request, cancellationToken);
        return new StripeAnswer(response.StatusCode,
            JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsObject(), response);
    }

    public async Task<StripeAnswer> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request =
            new HttpRequestMessage(method, new Uri(ControlUrl, path)) { Content = body is null ? null : JsonContent.Create(body) };
        var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new StripeAnswer(response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject(), response);
    }

    public async Task FaultAsync(object fault)
    {
        var answer = await ControlAsync(HttpMethod.Post, "/faults", fault);
        Assert.True((int)answer.Status == 201, answer.Body.ToString());
    }

    /// <summary>Waits until the first fault has struck so often.</summary>
    public Task StruckAsync(int times) => Eventually.IsTrueAsync(
        async () => (int)(await ControlAsync(HttpMethod.Get, "/faults")).Body["faults"]![0]!["struck"]! == times,
        $"the fault struck {times} times");

    /// <summary>The types of all events, the oldest first.</summary>
    public async Task<IReadOnlyList<string>> EventTypesAsync()
    {
        var page = (await GetAsync("/v1/events?limit=100")).Ok();
        return [.. page.Body["data"]!.AsArray().Select(one => (string)one!["type"]!).Reverse()];
    }

    public async Task<int> CountSessionsAsync() => (await GetAsync("/v1/checkout/sessions?limit=100")).Body["data"]!.AsArray().Count;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Receiver.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static FormUrlEncodedContent Form((string Key, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Key, field.Value)));

    private async Task StartHostAsync() => _host = await LocalCloudHost.StartAsync(
        TestClouds.OnFreePorts(_directory) with { StripeWebhookUrl = Receiver.Url, Time = _time }, CancellationToken.None);

    /// <summary>The real clock, moved ahead.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
