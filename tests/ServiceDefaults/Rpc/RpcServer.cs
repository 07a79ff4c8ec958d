using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;
using static ReelBallers.ServiceDefaults.Tests.Rpc.V1.EchoService;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>The echo service with all defaults on a free port, and clients for it.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IAsyncDisposable> _clients = [];

    private RpcServer(WebApplication app) => _app = app;

    public EchoCallLog CallLog => _app.Services.GetRequiredService<EchoCallLog>();

    public string Address => _app.Urls.Single();

    public static async Task<RpcServer> StartAsync(
        string? environment = null, Action<IHealthChecksBuilder>? health = null, CollectedLogs? logs = null)
    {
        var builder = Builder(environment);
        builder.AddServiceDefaults();
        health?.Invoke(builder.Services.AddHealthChecks());
        logs?.Register(builder.Services);
        builder.Services.AddSingleton<EchoCallLog>();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        return new RpcServer(app);
    }

    /// <summary>A client as <c>AddGrpcClient</c> registers it in a service.</summary>
    public EchoServiceClient Client(params (string Key, string Value)[] settings)
    {
        var builder = Builder();
        builder.Configuration["services:echo:http:0"] = Address;
        Array.ForEach(settings, setting => builder.Configuration[setting.Key] = setting.Value);
        builder.AddServiceDefaults();
        builder.AddGrpcClient<EchoServiceClient>("echo");
        var caller = builder.Build();
        _clients.Add(caller);
        return caller.Services.GetRequiredService<EchoServiceClient>();
    }

    /// <summary>A client without the credential and without a limit on messages.</summary>
    public EchoServiceClient BareClient() =>
        new(GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null }));

    /// <summary>The metadata that authenticates a plain client.</summary>
    public static Metadata Credential(params Metadata.Entry[] more) => [new(InternalCredential.HeaderName, ServiceApp.Credential), .. more];

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
        await _app.DisposeAsync();
    }

    private static WebApplicationBuilder Builder(string? environment = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Internal:Credential"] = ServiceApp.Credential;
        builder.Logging.ClearProviders();
        return builder;
    }
}
