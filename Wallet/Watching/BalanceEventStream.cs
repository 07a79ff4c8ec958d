using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// A wallet's balance as server-sent events. An event's id names the state that it shows: a stream that is taken up again
/// with <c>Last-Event-ID</c> tells what is different now and whether the balance fell below the threshold meanwhile.
/// </summary>
internal sealed class BalanceEventStream(Guid userId, long lowBalanceCents, HttpContext context)
{
    private readonly IServiceProvider _services = context.RequestServices;
    private readonly JsonSerializerOptions _json = context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
    private WalletState? _sent;
    private bool _wasLow;

    public static Task<IResult> StreamAsync(Caller caller, HttpContext context, [FromQuery(Name = "low_balance_cents")] string? threshold = null)
    {
        var lowBalanceCents = 0L;
        if (threshold is not null
            && (threshold.AsSpan().ContainsAnyExceptInRange('0', '9')
                || !long.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out lowBalanceCents)
                || lowBalanceCents > Account.LimitCents))
        {
            return Task.FromResult(Problems.Validation(("low_balance_cents", $"must be an integer from 0 to {Account.LimitCents}")));
        }
        return new BalanceEventStream(caller.UserId, lowBalanceCents, context).OpenAsync();
    }

    private async Task<IResult> OpenAsync()
    {
        using var watch = _services.GetRequiredService<BalanceWatches>().TryAdd(userId);
        if (watch is null)
        {
            context.Response.Headers.RetryAfter = "15";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_streams", "Too many event streams",
                $"At most {BalanceWatches.PerUserMax} event streams can be open at a time. Close one first.");
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            if (await watch.FirstAsync(stop.Token) is not { } first)
            {
                return Problems.Unavailable("database_unavailable", "Database unavailable");
            }
            await RememberAsync(first, stop.Token);
            await WriteAllAsync(watch, first, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone, or the service goes: the client takes the stream up again elsewhere.
            if (!context.Response.HasStarted)
            {
                return Problems.Unavailable("service_unavailable", "Service unavailable");
            }
        }
        return Results.Empty;
    }

    // What the client says it has seen; nothing when it says nothing, or what this wallet never was at.
    private async Task RememberAsync(WalletState first, CancellationToken cancellationToken)
    {
        _wasLow = first.IsBelow(lowBalanceCents);
        var lastId = context.Request.Headers["Last-Event-ID"].ToString();
        if (WalletState.TryParseId(lastId, out var sequence) && sequence <= first.Sequence)
        {
            if (lastId == first.Id)
            {
                _sent = first;
            }
            if (sequence < first.Sequence)
            {
                var history = _services.GetRequiredService<LedgerHistory>();
                _wasLow = await history.GetBalanceAfterAsync(userId, sequence, cancellationToken) < lowBalanceCents;
            }
        }
    }

    private async Task WriteAllAsync(BalanceWatch watch, WalletState first, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(cancellationToken);
        if (_sent == first)
        {
            await WriteCommentAsync(cancellationToken);
        }
        WalletState? state = first;
        while (true)
        {
            if (state is not { } known)
            {
                await WriteCommentAsync(cancellationToken);
            }
            else if (known != _sent)
            {
                await WriteAsync(known, cancellationToken);
            }
            state = await watch.NextAsync(cancellationToken);
        }
    }

    private async Task WriteAsync(WalletState state, CancellationToken cancellationToken)
    {
        var isLow = state.IsBelow(lowBalanceCents);
        var data = JsonSerializer.SerializeToUtf8Bytes(
            new BalanceEventResponse(state.Sequence, state.BalanceCents, state.HeldCents, state.ReceivableCents, state.Frozen, isLow), _json);
        var writer = context.Response.BodyWriter;
        if (isLow && !_wasLow)
        {
            // Without an id, and first: cut off between the two, the client hears of the crossing again and not never.
            Write(writer, "event: low_balance\n", data);
        }
        Write(writer, $"id: {state.Id}\nevent: balance\n", data);
        (_sent, _wasLow) = (state, isLow);
        await writer.FlushAsync(cancellationToken);
    }

    private static void Write(IBufferWriter<byte> writer, string head, byte[] data)
    {
        writer.Write(Encoding.ASCII.GetBytes(head));
        writer.Write("data: "u8);
        writer.Write(data);
        writer.Write("\n\n"u8);
    }

    private async Task WriteCommentAsync(CancellationToken cancellationToken) =>
        await context.Response.BodyWriter.WriteAsync(": \n\n"u8.ToArray(), cancellationToken);
}
