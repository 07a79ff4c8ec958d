using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static ReelBallers.StandIns.Echo.V1.EchoService;

namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>The real Grpc.AspNetCore.Server on a free HTTP/2-only port, with a REST endpoint on the same port.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app, EchoJournal journal)
    {
        _app = app;
        Journal = journal;
    }

    internal EchoJournal Journal { get; }

    internal string Address => _app.Urls.Single();

    internal static async Task<EchoServer> StartAsync(Action<GrpcServiceOptions>? configure = null, int port = 0, bool bindByHand = false)
    {
        var journal = new EchoJournal();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(journal);
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        var app = builder.Build();
        if (bindByHand)
        {
            app.MapGrpcService(BindService(new EchoService(journal)));
        }
        else
        {
            app.MapGrpcService<EchoService>();
        }

        app.MapGet("/rest/{text}", (string text, HttpContext context) => $"{text} {context.Request.Protocol}");
        await app.StartAsync();
        return new EchoServer(app, journal);
    }

    internal GrpcChannel Channel(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options ?? new GrpcChannelOptions());

    internal EchoServiceClient Client(GrpcChannelOptions? options = null) => new(Channel(options));

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }
}
