using System.Threading.Channels;

namespace ReelBallers.Wallet;

/// <summary>The streams of this replica, and the watched wallets that have to be read again.</summary>
internal sealed class BalanceWatches(TimeProvider time)
{
    /// <summary>The maximum number of streams per user and replica; several tabs of a browser share one.</summary>
    public const int MaxPerUser = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, HashSet<BalanceWatch>> _watches = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HashSet<Guid> _changed = [];

    /// <summary>The number of streams.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watches.Values.Sum(watches => watches.Count);
            }
        }
    }

    /// <summary>Adds a stream and requests its first state; null when the user has too many.</summary>
    public BalanceWatch? TryAdd(Guid userId)
    {
        var watch = new BalanceWatch(userId, this, time);
        lock (_gate)
        {
            if (!_watches.TryGetValue(userId, out var watches))
            {
                _watches[userId] = watches = [];
            }
            if (watches.Count == MaxPerUser)
            {
                return null;
            }
            watches.Add(watch);
        }
        Change([userId]);
        return watch;
    }

    public void Remove(BalanceWatch watch)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(watch.UserId, out var watches) && watches.Remove(watch) && watches.Count == 0)
            {
                _watches.Remove(watch.UserId);
            }
        }
    }

    /// <summary>Requests that these wallets are read again, if they are watched.</summary>
    public void Change(ReadOnlySpan<Guid> userIds)
    {
        lock (_gate)
        {
            foreach (var userId in userIds)
            {
                if (_watches.ContainsKey(userId))
                {
                    _changed.Add(userId);
                }
            }
            if (_changed.Count == 0)
            {
                return;
            }
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Requests that every watched wallet is read again.</summary>
    public void ChangeAll()
    {
        lock (_gate)
        {
            _changed.UnionWith(_watches.Keys);
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits for requests and takes them.</summary>
    public async Task<Guid[]> TakeChangedAsync(CancellationToken cancellationToken)
    {
        await _wake.Reader.ReadAsync(cancellationToken);
        lock (_gate)
        {
            Guid[] changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    public void Offer(Guid userId, WalletState state)
    {
        lock (_gate)
        {
            foreach (var watch in _watches.GetValueOrDefault(userId) ?? [])
            {
                watch.States.Set(state);
            }
        }
    }
}
