using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// A wallet's balance as server-sent events. An event's id names the state that it shows: a client that reconnects with
/// <c>Last-Event-ID</c> learns what has changed and whether the balance fell below the threshold in the meantime.
/// </summary>
internal sealed class BalanceEventStream(Guid userId, long lowBalanceCents, HttpContext context)
{
    private readonly Shard _shard = context.RequestServices.GetRequiredService<Shards>().Of(userId);
    private WalletState? _sent;
    private bool _wasLow;

    public static Task<IResult> StreamAsync(
        Caller caller, HttpContext context, [FromQuery(Name = "low_balance_cents")] string? threshold = null)
    {
        var lowBalanceCents = 0L;
        if (threshold is not null
            && (threshold.AsSpan().ContainsAnyExceptInRange('0', '9')
                || !long.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out lowBalanceCents)
                || lowBalanceCents > Account.LimitCents))
        {
            return Task.FromResult(Problems.Validation(("low_balance_cents", $"must be an integer from 0 to {Account.LimitCents}")));
        }
        return EventStreamWriter.RunAsync(context, new BalanceEventStream(caller.UserId, lowBalanceCents, context).WriteAsync);
    }

    private async Task<IResult> WriteAsync(EventStreamWriter stream)
    {
        using var watch = _shard.Watches.TryAdd(userId);
        if (watch is null)
        {
            context.Response.Headers.RetryAfter = "15";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_streams", "Too many event streams",
                $"At most {BalanceWatches.MaxPerUser} event streams can be open at a time. Close one first.");
        }
        if (await watch.FirstAsync(stream.Stopping) is not { } first)
        {
            return Problems.Unavailable("database_unavailable", "Database unavailable");
        }
        await RestoreAsync(first, stream.Stopping);
        await WriteStatesAsync(stream, watch, first);
        return Results.Empty;
    }

    // What the client has received before; nothing when it sends no id, or one that this wallet never had.
    private async Task RestoreAsync(WalletState first, CancellationToken cancellationToken)
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
                _wasLow = await _shard.History.GetBalanceAfterAsync(userId, sequence, cancellationToken) < lowBalanceCents;
            }
        }
    }

    private async Task WriteStatesAsync(EventStreamWriter stream, BalanceWatch watch, WalletState first)
    {
        await stream.StartAsync();
        if (_sent == first)
        {
            await stream.WriteCommentAsync();
        }
        WalletState? state = first;
        while (true)
        {
            if (state is { } known && known != _sent)
            {
                await WriteStateAsync(stream, known);
            }
            state = await stream.NextAsync(watch.States);
        }
    }

    private async Task WriteStateAsync(EventStreamWriter stream, WalletState state)
    {
        var isLow = state.IsBelow(lowBalanceCents);
        var data = new BalanceEventResponse(
            state.Sequence, state.BalanceCents, state.HeldCents, state.ReceivableCents, state.Frozen, isLow);
        if (isLow && !_wasLow)
        {
            // Without an id, and first: a connection lost between the two repeats the crossing instead of missing it.
            stream.Append(id: null, "low_balance", data);
        }
        stream.Append(state.Id, "balance", data);
        (_sent, _wasLow) = (state, isLow);
        await stream.FlushAsync();
    }
}
