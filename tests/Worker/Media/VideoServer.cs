using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker.Tests;

/// <summary>Serves one video as a bucket does, by ranges, and counts what was read of it.</summary>
internal sealed class VideoServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private int _struck;

    private VideoServer(WebApplication app) => _app = app;

    public byte[] Video { get; set; } = [];

    /// <summary>Answers instead of the video, from the request with this number (0 is the first) on.</summary>
    public (int From, Func<HttpContext, Task> AnswerAsync)? Fault { get; set; }

    /// <summary>How often content was asked for.</summary>
    public int Requests => _requests;

    /// <summary>How many requests the fault has answered.</summary>
    public int Struck => _struck;

    public ConcurrentQueue<string> Paths { get; } = [];

    public ConcurrentQueue<string?> Hosts { get; } = [];

    public Uri Url => new($"{_app.Urls.First()}/video?signature=secret");

    public static async Task<VideoServer> StartAsync(byte[] video)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new VideoServer(builder.Build()) { Video = video };
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The last bytes of the video.</summary>
    public Func<int, CancellationToken, Task<byte[]>> ReadEndAsync =>
        (length, _) => Task.FromResult(Video[Math.Max(0, Video.Length - length)..]);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Paths.Enqueue(context.Request.Path);
        Hosts.Enqueue(context.Request.Host.Value);
        // Asked before an ffprobe that follows redirects.
        var isQuestion = context.Request.Headers.Range == "bytes=0-0";
        if ((isQuestion ? _requests + 1 : Interlocked.Increment(ref _requests)) > Fault?.From)
        {
            Interlocked.Increment(ref _struck);
            return Fault.Value.AnswerAsync(context);
        }

        return Results.Bytes(Video, "video/mp4", enableRangeProcessing: true).ExecuteAsync(context);
    }
}
