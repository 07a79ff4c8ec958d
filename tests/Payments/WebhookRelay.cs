using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Payments.Tests;

/// <summary>Forwards Stripe's webhooks to the service like the Gateway: HTTP/1.1 in, HTTP/2 with the credential out.</summary>
internal sealed class WebhookRelay : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookRelay(WebApplication app) => _app = app;

    /// <summary>The service; without one, webhooks are answered 502.</summary>
    public HttpClient? Target { get; set; }

    public Uri Url { get; private set; } = null!;

    public static async Task<WebhookRelay> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var relay = new WebhookRelay(builder.Build());
        relay._app.Run(relay.CarryAsync);
        await relay._app.StartAsync();
        var address = relay._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        relay.Url = new Uri($"{address}/api/webhooks/stripe");
        return relay;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CarryAsync(HttpContext context)
    {
        if (Target is not { } target)
        {
            context.Response.StatusCode = 502;
            return;
        }
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, context.Request.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body.ToArray()),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", context.Request.Headers["Stripe-Signature"].ToString());
        try
        {
            using var answer = await target.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = 502;
        }
    }
}
