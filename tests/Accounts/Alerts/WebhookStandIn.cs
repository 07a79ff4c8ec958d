using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Accounts.Tests;

/// <summary>Takes posts as Slack's incoming webhooks do.</summary>
public sealed class WebhookStandIn : IAsyncDisposable
{
    /// <summary>The part of the URL that is a secret.</summary>
    public const string Secret = "T000-B000-secretsecretsecret";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _texts = [];

    private WebhookStandIn(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.Single()}/services/{Secret}?key={Secret}";

    /// <summary>The texts of the posts, also of those that were not accepted.</summary>
    public IReadOnlyList<string> Texts => [.. _texts];

    /// <summary>The next answers: status and Retry-After; then 200.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Answers { get; } = [];

    public void Reset()
    {
        _texts.Clear();
        Answers.Clear();
    }

    public static async Task<WebhookStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var webhook = new WebhookStandIn(app);
        app.MapPost($"/services/{Secret}", webhook.TakeAsync);
        await app.StartAsync();
        return webhook;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var post = await JsonDocument.ParseAsync(context.Request.Body);
        _texts.Enqueue(post.RootElement.GetProperty("text").GetString()!);
        var (status, retryAfter) = Answers.TryDequeue(out var answer) ? answer : (200, null);
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }
        await context.Response.WriteAsync(status == 200 ? "ok" : "invalid_token");
    }
}
