using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ReelBallers.TestKit;

/// <summary>A request that another system has got.</summary>
/// <param name="Headers">By their names in lower case.</param>
/// <param name="Body">The body.</param>
public sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public Guid Id => Guid.Parse(Headers["webhook-id"]);
}

/// <summary>Another system on this machine: it keeps what is posted to it, and answers as a test says.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>How it answers; 204 at once unless a test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Status(204);

    /// <summary>What it has got, the oldest first.</summary>
    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    public Uri Url => new(new Uri(_app.Urls.Single()), "/hooks");

    /// <summary>Answers with this status.</summary>
    public static Func<HttpContext, Task> Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }
        return Task.CompletedTask;
    };

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until it has got that many requests, and gives them.</summary>
    public Task<IReadOnlyList<ReceivedWebhook>> GotAsync(int count) => Eventually.BecomesAsync(
        () => Task.FromResult(Received), received => received.Count >= count, $"{count} requests arrive");

    // Those that it has not answered are cut off.
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        _received.Enqueue(new ReceivedWebhook(
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            await body.ReadToEndAsync()));
        await Answer(context);
    }
}
