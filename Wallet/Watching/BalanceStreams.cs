using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>A wallet's balance as a gRPC stream.</summary>
internal sealed class BalanceStreams(Shards shards, IHostApplicationLifetime lifetime)
{
    public async Task StreamAsync(
        Guid userId, long lowBalanceCents, IServerStreamWriter<V1.BalanceEvent> stream, CancellationToken cancellationToken)
    {
        using var watch = shards.Of(userId).Watches.TryAdd(userId) ?? throw RpcErrors.Reject(
            StatusCode.ResourceExhausted, "too_many_streams", $"The user already has {BalanceWatches.MaxPerUser} streams.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var state = await watch.FirstAsync(stop.Token)
                ?? throw RpcErrors.Reject(StatusCode.Unavailable, "database_unavailable", "The database is unavailable.");
            while (true)
            {
                await stream.WriteAsync(ToEvent(state, lowBalanceCents), stop.Token);
                var sent = state;
                while (state == sent)
                {
                    state = await watch.NextAsync(stop.Token) ?? sent;
                }
            }
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Reject(StatusCode.Unavailable, "shutting_down", "This replica is shutting down. Call again.");
        }
    }

    private static V1.BalanceEvent ToEvent(WalletState state, long lowBalanceCents) => new()
    {
        Sequence = state.Sequence,
        BalanceCents = state.BalanceCents,
        HeldCents = state.HeldCents,
        ReceivableCents = state.ReceivableCents,
        Frozen = state.Frozen,
        Low = state.IsBelow(lowBalanceCents),
    };
}
