using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>A merchant's webhook endpoint that remembers what it got.</summary>
internal sealed class StripeReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Delivery> _deliveries = [];
    private readonly WebApplication _app;

    private StripeReceiver(WebApplication app) => _app = app;

    public sealed record Delivery(string Id, string Type, string Body, string Signature, int Answered);

    public Uri Url { get; private set; } = null!;

    /// <summary>The status to answer, by the event's type and how often this event came before.</summary>
    public Func<string, int, int> Answer { get; set; } = (_, _) => 200;

    public IReadOnlyList<Delivery> Deliveries => [.. _deliveries];

    public IEnumerable<Delivery> Accepted => _deliveries.Where(delivery => delivery.Answered == 200);

    public static async Task<StripeReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new StripeReceiver(builder.Build());
        receiver._app.MapPost("/hook", (Delegate)receiver.ReceiveAsync);
        receiver._app.MapGet("/hook", (string type) => receiver.Accepted.Last(delivery => delivery.Type == type) is var last
            ? new { body = last.Body, signature = last.Signature }
            : null);
        await receiver._app.StartAsync();
        var address = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        receiver.Url = new Uri(new Uri(address), "/hook");
        return receiver;
    }

    /// <summary>Waits until an event of each type was accepted.</summary>
    public async Task<IReadOnlyList<Delivery>> GotAsync(params string[] types)
    {
        await Eventually.IsTrueAsync(
            () => Task.FromResult(types.All(type => Accepted.Any(delivery => delivery.Type == type))),
            $"{string.Join(", ", types)} delivered; got {string.Join(", ", Accepted.Select(delivery => delivery.Type))}");
        return [.. types.Select(type => Accepted.First(delivery => delivery.Type == type))];
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var parsed = JsonNode.Parse(body)!;
        var (id, type) = ((string)parsed["id"]!, (string)parsed["type"]!);
        var status = Answer(type, _deliveries.Count(delivery => delivery.Id == id));
        _deliveries.Enqueue(new Delivery(id, type, body, context.Request.Headers["Stripe-Signature"].ToString(), status));
        return status is 302 ? Results.Redirect("/elsewhere") : Results.StatusCode(status);
    }
}
