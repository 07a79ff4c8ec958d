using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.Gateway.Tests;

/// <summary>The streams of a service that the Gateway merges: what a test writes is sent to all that are open.</summary>
internal sealed class EventsStandIn
{
    private readonly ConcurrentDictionary<Channel<string>, bool> _open = [];
    private readonly ConcurrentQueue<(string User, string? LastEventId)> _requests = [];

    /// <summary>Who asked, and from which id on.</summary>
    public IReadOnlyCollection<(string User, string? LastEventId)> Requests => _requests;

    /// <summary>How many are open.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Instead of the stream, while it is set.</summary>
    public int? Status { get; set; }

    /// <summary>For who accepts event streams, as the Gateway does for what it merges, and by <c>?stream</c> what it forwards.</summary>
    public void Map(WebApplication app) => app.UseWhen(
        context => context.Request.Path.Value is "/api/events" or "/api/wallet/events"
            && (context.Request.Headers.Accept == "text/event-stream" || context.Request.Query.ContainsKey("stream")),
        stream => stream.Run(StreamAsync));

    /// <summary>Sends an event.</summary>
    public void Send(string? id, string name, string data)
    {
        foreach (var open in _open.Keys)
        {
            open.Writer.TryWrite($"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {data}\n\n");
        }
    }

    /// <summary>Ends all streams; with <paramref name="cut"/> in the middle of an event.</summary>
    public void End(bool cut = false)
    {
        foreach (var open in _open.Keys)
        {
            open.Writer.Complete(cut ? new IOException("cut") : null);
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        _requests.Enqueue((context.Request.Headers["x-user-id"].ToString(), (string?)context.Request.Headers["Last-Event-ID"]));
        if (Status is { } status)
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "15";
            await context.Response.WriteAsJsonAsync(new { code = "too_many_streams" });
            return;
        }
        var events = Channel.CreateUnbounded<string>();
        _open[events] = true;
        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(": \n\n");
            await context.Response.Body.FlushAsync();
            await foreach (var text in events.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text);
                await context.Response.Body.FlushAsync();
            }
        }
        catch (IOException)
        {
            await context.Response.WriteAsync("id: 99\nevent: ");
            context.Abort();
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _open.TryRemove(events, out _);
        }
    }
}
