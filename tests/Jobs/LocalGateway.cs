using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Forwards RunPod's callbacks from HTTP/1.1 to Jobs, as the Gateway does.</summary>
public sealed class LocalGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalGateway(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Receives the callbacks.</summary>
    public ServiceApp? Jobs { get; set; }

    public static async Task<LocalGateway> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var gateway = new LocalGateway(app);
        app.MapPost("/api/runpod/webhook/{jobId}", (Delegate)gateway.ForwardAsync);
        await app.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> ForwardAsync(HttpContext context)
    {
        if (Jobs is not { } jobs)
        {
            return Results.StatusCode(503);
        }
        using var client = jobs.CreateClient();
        using var body = new StreamContent(context.Request.Body);
        body.Headers.ContentType = new("application/json");
        using var response = await client.PostAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget, body);
        return Results.StatusCode((int)response.StatusCode);
    }
}
