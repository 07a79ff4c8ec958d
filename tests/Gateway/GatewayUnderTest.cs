using System.Net.Http.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>The Gateway in front of four echoes.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly Dictionary<string, EchoService> _services;
    private readonly ServiceApp _gateway;

    private GatewayUnderTest(ServiceApp gateway, Dictionary<string, EchoService> services)
    {
        (_gateway, _services) = (gateway, services);
        Client = NewClient();
    }

    public HttpClient Client { get; }

    public static async Task<GatewayUnderTest> StartAsync(params (string Key, string Value)[] settings)
    {
        var services = new Dictionary<string, EchoService>();
        foreach (var name in new[] { "payments", "wallet", "jobs", "storage" })
        {
            services[name] = await EchoService.StartAsync(name);
        }
        var all = services.ToDictionary(service => $"services:{service.Key}:http:0", service => (string?)service.Value.Address);
        all["Session:SigningKey"] = "a-signing-key-of-the-tests-that-is-long-enough";
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        return new GatewayUnderTest(await ServiceApp.StartAsync("Gateway", all), services);
    }

    public Task StopServiceAsync(string name) => _services[name].StopAsync();

    /// <summary>How often the service was asked for its health.</summary>
    public async Task<int> HealthCallsAsync(string name)
    {
        using var client = new HttpClient(new Http2Handler());
        return await client.GetFromJsonAsync<int>(new Uri(new Uri(_services[name].Address), "/health-calls"));
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = _gateway.Address,
    };

    /// <summary>Opens a session and gives its uid and token.</summary>
    public async Task<(Guid Uid, string Token)> OpenSessionAsync()
    {
        using var answer = await Client.PostAsync("/api/session", null);
        var session = await answer.Content.ReadFromJsonAsync<Session>();
        return (session!.Uid, session.Token);
    }

    public async Task<Echo> EchoAsync(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<Echo>())!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.DisposeAsync();
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }
    }

    private sealed record Session(Guid Uid, string Token);
}
