using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Forwards RunPod's callbacks from HTTP/1.1 to one of the replicas, and to the next when that one is away.</summary>
internal sealed class CallbackRelay : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri[] _replicas;
    private readonly HttpClient _client = new(new Http2Handler());
    private int _turn;

    private CallbackRelay(WebApplication app, Uri[] replicas)
    {
        (_app, _replicas) = (app, replicas);
        _client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
    }

    public Uri Url => new(_app.Urls.Single());

    public static async Task<CallbackRelay> OpenAsync(Uri[] replicas)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var relay = new CallbackRelay(app, replicas);
        app.MapPost("/api/runpod/webhook/{jobId}", (Delegate)relay.ForwardAsync);
        await app.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task<IResult> ForwardAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var first = Interlocked.Increment(ref _turn);
        for (var attempt = 0; attempt < _replicas.Length; attempt++)
        {
            using var body = new ByteArrayContent(buffer.ToArray());
            body.Headers.ContentType = new("application/json");
            try
            {
                using var response = await _client.PostAsync(
                    new Uri(_replicas[(first + attempt) % _replicas.Length], path), body, context.RequestAborted);
                return Results.StatusCode((int)response.StatusCode);
            }
            catch (HttpRequestException)
            {
                // Killed: the other one may be there.
            }
        }
        return Results.StatusCode(StatusCodes.Status502BadGateway);
    }
}
