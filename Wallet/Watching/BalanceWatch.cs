using System.Threading.Channels;

namespace ReelBallers.Wallet;

/// <summary>
/// One stream's view of one wallet. It keeps the latest state only: a reader that is slow misses what lies between, and
/// nobody waits for it.
/// </summary>
internal sealed class BalanceWatch(Guid userId, BalanceWatches watches, TimeProvider time) : IDisposable
{
    /// <summary>The longest silence of a stream.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan FirstStateTimeout = TimeSpan.FromSeconds(8);

    private readonly Channel<WalletState> _latest = Channel.CreateBounded<WalletState>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public Guid UserId => userId;

    public void Offer(WalletState state) => _latest.Writer.TryWrite(state);

    /// <summary>Where the wallet stands at the beginning; null when the database does not say in time.</summary>
    public Task<WalletState?> FirstAsync(CancellationToken cancellationToken) => WaitAsync(FirstStateTimeout, cancellationToken);

    /// <summary>What was read since, the same state perhaps; null when nothing was for the length of a heartbeat.</summary>
    public Task<WalletState?> NextAsync(CancellationToken cancellationToken) => WaitAsync(HeartbeatInterval, cancellationToken);

    public void Dispose() => watches.Remove(this);

    private async Task<WalletState?> WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _latest.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
