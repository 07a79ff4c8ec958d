using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.StandIns.Echo.V1;
using ReelBallers.StandIns.Tests.Grpc;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using static ReelBallers.StandIns.Echo.V1.EchoService;

namespace ReelBallers.StandIns.Tests;

public sealed class ProxyTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_proxy_of_HTTP_1_reaches_a_server_of_HTTP_2_without_TLS()
    {
        await using var proxy = await StartProxyAsync(HttpProtocols.Http1);
        using var http = new HttpClient();

        Assert.Equal("hello HTTP/2", await http.GetStringAsync(proxy.Urls.Single() + "/rest/hello"));
    }

    [Fact]
    public async Task A_gRPC_call_passes_the_proxy()
    {
        await using var proxy = await StartProxyAsync(HttpProtocols.Http2);
        using var channel = GrpcChannel.ForAddress(proxy.Urls.Single());

        var response = await new EchoServiceClient(channel).SayAsync(new SayRequest { Text = "through" });

        Assert.Equal("through", response.Text);
    }

    [Fact]
    public async Task A_refusal_passes_the_proxy_with_detail_and_trailers()
    {
        await using var proxy = await StartProxyAsync(HttpProtocols.Http2);
        using var channel = GrpcChannel.ForAddress(proxy.Urls.Single());

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await new EchoServiceClient(channel)
            .RefuseAsync(new RefuseRequest { Code = (int)StatusCode.FailedPrecondition, Detail = "not yet" }));

        Assert.Equal((StatusCode.FailedPrecondition, "not yet"), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal("insufficient_credits", refusal.Trailers.GetValue("error-code"));
    }

    [Fact]
    public async Task A_client_that_goes_away_stops_the_server_behind_the_proxy()
    {
        await using var proxy = await StartProxyAsync(HttpProtocols.Http2);
        using var channel = GrpcChannel.ForAddress(proxy.Urls.Single());

        using (var call = new EchoServiceClient(channel).Count(new CountRequest { Forever = true }))
        {
            Assert.True(await call.ResponseStream.MoveNext());
        }

        await _server.Journal.Until("count cancelled");
    }

    // Session affinity is what YARP hashes for.
    [Fact]
    public async Task A_session_stays_with_its_destination()
    {
        var affinity = new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", AffinityKeyName = "where" };
        await using var proxy = await StartProxyAsync(HttpProtocols.Http1, affinity);
        var cookies = new CookieContainer();
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies });
        var address = new Uri(proxy.Urls.Single() + "/rest/hello");

        await http.GetStringAsync(address);
        var cookie = cookies.GetCookies(address)["where"]?.Value;
        await http.GetStringAsync(address);

        Assert.Equal(16, cookie?.Length);
        Assert.Equal(cookie, cookies.GetCookies(address)["where"]?.Value);
    }

    private async Task<WebApplication> StartProxyAsync(HttpProtocols protocols, SessionAffinityConfig? affinity = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var route = new RouteConfig { RouteId = "all", ClusterId = "echo", Match = new RouteMatch { Path = "{**rest}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "echo",
            SessionAffinity = affinity,
            Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = _server.Address } },
            HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        };
        builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return app;
    }
}
