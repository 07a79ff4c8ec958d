using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker.Tests;

/// <summary>Serves sources, takes results and receives callbacks.</summary>
internal sealed class FilePlace : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _gets;

    private FilePlace(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    /// <summary>Paths with the statuses that they answer instead of doing anything, one a request.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<int>> Refusals { get; } = [];

    /// <summary>Whether an upload to a path that has a file is rejected, as by a real URL; otherwise the next job's replaces it.</summary>
    public bool KeepsFirst { get; set; }

    public ConcurrentQueue<(string ContentType, long? ContentLength)> Puts { get; } = [];

    /// <summary>Runs before each answer.</summary>
    public Func<HttpContext, Task> OnRequest { get; set; } = _ => Task.CompletedTask;

    /// <summary>How many downloads there were.</summary>
    public int Gets => _gets;

    /// <summary>The bodies of the callbacks, in the order in which they came.</summary>
    public ConcurrentQueue<(string Path, string Body)> Callbacks { get; } = [];

    public string Url(string path) => _app.Urls.First() + path;

    public static async Task<FilePlace> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var place = new FilePlace(builder.Build());
        place._app.Run(place.AnswerAsync);
        await place._app.StartAsync();
        return place;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await OnRequest(context);
        var path = context.Request.Path.Value!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            Callbacks.Enqueue((path, System.Text.Encoding.UTF8.GetString(body.ToArray())));
        }

        if (Refusals.TryGetValue(path, out var refusals) && refusals.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            Interlocked.Increment(ref _gets);
        }

        switch (context.Request.Method)
        {
            case "PUT" when context.Request.Headers.IfNoneMatch != "*":
                // The condition is part of the signature.
                context.Response.StatusCode = 403;
                return;
            case "PUT" when KeepsFirst && Files.ContainsKey(path):
                context.Response.StatusCode = 412;
                return;
            case "PUT":
                Puts.Enqueue((context.Request.ContentType ?? "", context.Request.ContentLength));
                Files[path] = body.ToArray();
                return;
            case "GET" when Files.TryGetValue(path, out var file):
                context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))}\"";
                await context.Response.Body.WriteAsync(file);
                return;
            case "GET":
                context.Response.StatusCode = 404;
                return;
        }
    }
}
