using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>The Gateway in front of an echo service for each service.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string SigningKey = "a-signing-key-of-the-tests-that-is-long-enough";

    // Shared by all tests, which use different sessions.
    private static readonly Lazy<Task<TestDatabase>> Database = new(TestDatabase.CreateAsync);

    private readonly Dictionary<string, EchoService> _services;
    private readonly ServiceApp _gateway;

    private TestGateway(ServiceApp gateway, Dictionary<string, EchoService> services)
    {
        (_gateway, _services) = (gateway, services);
        Client = NewClient();
    }

    public HttpClient Client { get; }

    /// <summary>The Gateway's service provider.</summary>
    public IServiceProvider Services => _gateway.Services;

    /// <summary>What the Gateway has mapped, its own endpoints and the proxied routes.</summary>
    public IEnumerable<RouteEndpoint> Endpoints =>
        Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Starts a Gateway on the shared test database with the system's clock.</summary>
    public static Task<TestGateway> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    public static async Task<TestGateway> StartAsync(
        Action<IServiceCollection> configureServices, params (string Key, string Value)[] settings)
    {
        var services = new Dictionary<string, EchoService>();
        foreach (var name in new[] { "payments", "wallet", "jobs", "storage", "accounts" })
        {
            services[name] = await EchoService.StartAsync(name);
        }
        var all = services.ToDictionary(service => $"services:{service.Key}:http:0", service => (string?)service.Value.Address);
        all["Session:SigningKey"] = SigningKey;
        all["ConnectionStrings:gatewaydb"] = (await Database.Value).ConnectionString;
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        return new TestGateway(await ServiceApp.StartAsync("Gateway", all, configureServices), services);
    }

    /// <summary>The operators and their roles, as Accounts says them; the Gateway asks every second.</summary>
    public IDictionary<Guid, string> Operators => _services["accounts"].Accounts.Operators;

    /// <summary>The users whose sessions are to be ended, as Accounts says them.</summary>
    public IDictionary<Guid, bool> Deleted => _services["accounts"].Accounts.Deleted;

    /// <summary>The users whom operators have joined and whose sessions Accounts wants ended.</summary>
    public IDictionary<Guid, bool> Joined => _services["accounts"].Accounts.Joined;

    /// <summary>Accounts, as far as the Gateway calls it by gRPC.</summary>
    public AccountsStandIn Accounts => _services["accounts"].Accounts;

    /// <summary>The acts that Accounts was told of.</summary>
    public IReadOnlyCollection<string> Acts => _services["accounts"].Accounts.Acts;

    /// <summary>The events of a service.</summary>
    public EventsStandIn Events(string name) => _services[name].Events;

    public Task StopBackendAsync(string name) => _services[name].StopAsync();

    /// <summary>The number of health checks that the service received.</summary>
    public Task<int> HealthCallsAsync(string name) => CountAsync(name, "/health-calls");

    /// <summary>The number of event streams that the service has open.</summary>
    public Task<int> OpenStreamsAsync(string name) => CountAsync(name, "/open-streams");

    /// <summary>The number of requests for <c>/api/jobs/held</c> and with <c>?endless</c> that the service has received.</summary>
    public Task<int> HeldRequestsAsync(string name) => CountAsync(name, "/waiting");

    /// <summary>Lets the service answer them.</summary>
    public async Task ReleaseAsync(string name)
    {
        using var client = new HttpClient(new Http2Handler());
        (await client.GetAsync(new Uri(new Uri(_services[name].Address), "/release"))).EnsureSuccessStatusCode().Dispose();
    }

    /// <summary>Stops the Gateway as SIGTERM does.</summary>
    public Task StopAsync() => Services.GetRequiredService<IHost>().StopAsync();

    private async Task<int> CountAsync(string name, string path)
    {
        using var client = new HttpClient(new Http2Handler());
        return await client.GetFromJsonAsync<int>(new Uri(new Uri(_services[name].Address), path));
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        BaseAddress = _gateway.Address,
    };

    /// <summary>Sends a request with these headers without validation; a repeated name is two headers.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var header in headers.GroupBy(header => header.Name, header => header.Value))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header);
        }
        return Client.SendAsync(request);
    }

    /// <summary>Sends a raw request without a body, each header in a separate line.</summary>
    public Task<RawAnswer> SendRawAsync(string method, string path, IReadOnlyCollection<(string Name, string Value)> headers)
    {
        var lines = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        return SendRawAsync(RawRequest.Text($"{method} {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{lines}\r\n"));
    }

    /// <summary>Sends a raw request; the server closes the connection after its answer.</summary>
    public Task<RawAnswer> SendRawAsync(RawRequest request) => new RawClient(_gateway.Address).LastAnswerAsync(request);

    /// <summary>Opens a session and returns its uid and token.</summary>
    public async Task<(Guid Uid, string Token)> OpenSessionAsync()
    {
        using var answer = await Client.PostAsync("/api/session", null);
        var session = await answer.Content.ReadFromJsonAsync<Session>();
        return (session!.Uid, session.Token);
    }

    /// <summary>Opens a session, which the requests of <see cref="Client"/> belong to from now on unless they say otherwise.</summary>
    public async Task UseSessionAsync() =>
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await OpenSessionAsync()).Token);

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
