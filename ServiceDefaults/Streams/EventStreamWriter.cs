using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ReelBallers.ServiceDefaults;

/// <summary>Writes a response of server-sent events.</summary>
public sealed class EventStreamWriter
{
    /// <summary>The longest time without an event or a comment.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    private readonly HttpResponse _response;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;
    private long _writtenAt;

    private EventStreamWriter(HttpResponse response, JsonSerializerOptions json, TimeProvider time, CancellationToken stopping) =>
        (_response, _json, _time, Stopping) = (response, json, time, stopping);

    /// <summary>Cancelled when the client disconnects or the service stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// Runs a stream until it returns, the client disconnects or the service stops; after a stop the client reconnects to
    /// another replica.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="stream">Writes the events; or returns a result without having started the response.</param>
    public static async Task<IResult> RunAsync(HttpContext context, Func<EventStreamWriter, Task<IResult>> stream)
    {
        var services = context.RequestServices;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return await stream(new EventStreamWriter(context.Response, json, services.GetRequiredService<TimeProvider>(), stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return context.Response.HasStarted ? Results.Empty : Problems.Unavailable("service_unavailable", "Service unavailable");
        }
    }

    /// <summary>Sends the headers.</summary>
    public async Task StartAsync()
    {
        _response.ContentType = "text/event-stream";
        _response.Headers["X-Accel-Buffering"] = "no";
        await _response.StartAsync(Stopping);
        _writtenAt = _time.GetTimestamp();
        // Without a flush the headers would wait for the first event.
        await FlushAsync();
    }

    /// <summary>Adds an event to the buffer.</summary>
    /// <param name="id">Sent back by a client that reconnects; null for none.</param>
    /// <param name="name">The type of the event.</param>
    /// <param name="data">Written as JSON.</param>
    public void Append<T>(string? id, string name, T data) => Append(id, name, JsonSerializer.SerializeToUtf8Bytes(data, _json));

    /// <summary>As <see cref="Append{T}"/>, with data that is JSON of one line already.</summary>
    public void AppendJson(string? id, string name, string json) => Append(id, name, Encoding.UTF8.GetBytes(json));

    private void Append(string? id, string name, byte[] json)
    {
        var writer = _response.BodyWriter;
        writer.Write(Encoding.ASCII.GetBytes(id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: "));
        writer.Write(json);
        writer.Write("\n\n"u8);
        _writtenAt = _time.GetTimestamp();
    }

    /// <summary>Sends the buffer.</summary>
    public async Task FlushAsync() => await _response.BodyWriter.FlushAsync(Stopping);

    /// <summary>Sends a comment, which shows that the connection is alive.</summary>
    public async Task WriteCommentAsync()
    {
        await _response.BodyWriter.WriteAsync(": \n\n"u8.ToArray(), Stopping);
        _writtenAt = _time.GetTimestamp();
    }

    /// <summary>
    /// Waits for the next value; sends a comment and returns null when nothing was sent for <see cref="HeartbeatInterval"/>, also while
    /// there are values that are not sent.
    /// </summary>
    public async Task<T?> NextAsync<T>(LatestValue<T> values) where T : struct
    {
        var left = HeartbeatInterval - _time.GetElapsedTime(_writtenAt);
        var next = left > TimeSpan.Zero ? await values.TakeAsync(left, Stopping) : null;
        if (next is null)
        {
            await WriteCommentAsync();
        }
        return next;
    }
}
