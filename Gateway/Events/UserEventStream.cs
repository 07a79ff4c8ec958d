using System.Net.ServerSentEvents;
using System.Threading.Channels;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Merges the services' streams of a user. A stream that breaks is opened again, at any replica, from the last event that was passed on;
/// the others go on meanwhile. It ends when the session is revoked.
/// </summary>
internal sealed class UserEventStream(HttpContext context, Session session)
{
    private const int MaxWaiting = 16;
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = context.RequestServices.GetRequiredService<TimeProvider>();
    private readonly EventSourceClient _client = context.RequestServices.GetRequiredService<EventSourceClient>();
    private readonly StreamEnds _ends = context.RequestServices.GetRequiredService<StreamEnds>();

    private readonly Channel<(int Source, SseItem<string> Item)> _events =
        Channel.CreateBounded<(int, SseItem<string>)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Writes the events until the client or the Gateway ends the stream.</summary>
    public async Task<IResult> WriteAsync(EventStreamWriter stream)
    {
        var start = UserEventId.Parse(context.Request.Headers["Last-Event-ID"].ToString());
        var first = await Task.WhenAll(EventSource.All.Select(
            (source, index) => _client.OpenAsync(source, start.Parts[index], context, stream.Stopping)));
        if (await RejectionAsync(first) is { } rejection)
        {
            Array.ForEach(first, response => response?.Dispose());
            return rejection;
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stream.Stopping);
        var readers = first.Select((response, index) => ReadAsync(index, start.Parts[index], response, end.Token)).ToArray();
        try
        {
            await stream.StartAsync();
            await WriteEventsAsync(stream, start);
            return Results.Empty;
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What one service does not allow, as the number of streams, or that none can be reached.
    private static async Task<IResult?> RejectionAsync(HttpResponseMessage?[] responses)
    {
        if (Array.Find(responses, response => (int?)response?.StatusCode is >= 400 and < 500) is { } rejected)
        {
            return new PassedResponse((int)rejected.StatusCode, await rejected.Content.ReadAsByteArrayAsync(),
                rejected.Content.Headers.ContentType?.ToString(), rejected.Headers.RetryAfter?.ToString());
        }
        return Array.Exists(responses, response => response is { IsSuccessStatusCode: true })
            ? null
            : RequestDeadlines.ServiceUnavailable(StatusCodes.Status503ServiceUnavailable);
    }

    private async Task WriteEventsAsync(EventStreamWriter stream, UserEventId last)
    {
        while (!_ends.IsOver(session))
        {
            using var heartbeat = new CancellationTokenSource(EventStreamWriter.HeartbeatInterval, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stream.Stopping, heartbeat.Token);
            try
            {
                await _events.Reader.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stream.Stopping.IsCancellationRequested)
            {
                await stream.WriteCommentAsync();
                continue;
            }
            while (_events.Reader.TryRead(out var next))
            {
                last = last.With(next.Source, next.Item.EventId!);
                stream.AppendJson(last.ToString(), EventSource.All[next.Source].EventName, next.Item.Data);
            }
            await stream.FlushAsync();
        }
    }

    private async Task ReadAsync(int index, string? lastId, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        try
        {
            for (var delay = MinDelay; ; delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, MaxDelay.Ticks)))
            {
                using (response)
                {
                    if (response is { IsSuccessStatusCode: true } && await ReadEventsAsync(index, response, cancellationToken) is { } read)
                    {
                        (lastId, delay) = (read, MinDelay);
                    }
                }
                await Task.Delay(delay * (1 + Random.Shared.NextDouble()), _time, cancellationToken);
                response = await _client.OpenAsync(EventSource.All[index], lastId, context, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A bug: it ends the stream.
            _events.Writer.TryComplete(exception);
        }
    }

    // The last id; null when there was no event.
    private async Task<string?> ReadEventsAsync(int index, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string? read = null;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
            {
                if (item.EventType == EventSource.All[index].SourceEvent && item.EventId is { Length: > 0 } id)
                {
                    await _events.Writer.WriteAsync((index, item), cancellationToken);
                    read = id;
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The replica has gone.
        }
        return read;
    }
}

/// <summary>A service's response, passed on.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="RetryAfter">When to come again; null without it.</param>
internal sealed record PassedResponse(int Status, byte[] Body, string? ContentType, string? RetryAfter) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = ContentType;
        if (RetryAfter is not null)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfter;
        }
        await httpContext.Response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}
