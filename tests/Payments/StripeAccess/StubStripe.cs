using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Payments.Tests;

/// <summary>A Stripe that rejects every request in the same way, for errors that LocalCloud does not produce.</summary>
internal sealed class StubStripe : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubStripe(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<StubStripe> StartAsync(int status, string message, string? code)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new StubStripe(builder.Build());
        stub._app.Run(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            var error = new { type = "invalid_request_error", message, code };
            return context.Response.WriteAsync(JsonSerializer.Serialize(new { error }));
        });
        await stub._app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
