using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>One stream's subscription to one wallet.</summary>
internal sealed class BalanceWatch(Guid userId, BalanceWatches watches, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstStateTimeout = TimeSpan.FromSeconds(8);

    public Guid UserId => userId;

    /// <summary>The wallet's state whenever it was read, changed or not.</summary>
    public LatestValue<WalletState> States { get; } = new(time);

    /// <summary>The first state; null when the database does not answer in time.</summary>
    public Task<WalletState?> FirstAsync(CancellationToken cancellationToken) => States.TakeAsync(FirstStateTimeout, cancellationToken);

    /// <summary>The next state; null when there was none for the length of a heartbeat.</summary>
    public Task<WalletState?> NextAsync(CancellationToken cancellationToken) =>
        States.TakeAsync(EventStreamWriter.HeartbeatInterval, cancellationToken);

    public void Dispose() => watches.Remove(this);
}
