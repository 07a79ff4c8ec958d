using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The changed wallets as a gRPC stream: many users in a message, and a few messages a second.</summary>
internal sealed class ChangeStreams(ChangeWatches watches, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int UsersPerMessage = 1_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    public async Task StreamAsync(IServerStreamWriter<V1.ChangedWallets> stream, CancellationToken cancellationToken)
    {
        using var watch = watches.Add();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                var users = await watch.TakeAsync(stop.Token);
                if (users is null)
                {
                    await stream.WriteAsync(new V1.ChangedWallets { All = true }, stop.Token);
                }
                foreach (var chunk in (users ?? []).Chunk(UsersPerMessage))
                {
                    await stream.WriteAsync(
                        new V1.ChangedWallets { UserIds = { chunk.Select(userId => userId.ToString()) } }, stop.Token);
                }
                await Task.Delay(Pace, time, stop.Token);
            }
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Reject(StatusCode.Unavailable, "shutting_down", "This replica is shutting down. Call again.");
        }
    }
}
