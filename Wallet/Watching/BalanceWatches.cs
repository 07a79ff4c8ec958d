using System.Threading.Channels;

namespace ReelBallers.Wallet;

/// <summary>Who of this replica watches what, and which of it is to be read again.</summary>
internal sealed class BalanceWatches(TimeProvider time)
{
    /// <summary>How many streams a user may have at a replica; a browser with more tabs shares one between them.</summary>
    public const int PerUserMax = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, HashSet<BalanceWatch>> _watches = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HashSet<Guid> _changed = [];

    /// <summary>How many streams there are.</summary>
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

    /// <summary>A new stream, whose first state is on its way; null when the user has too many.</summary>
    public BalanceWatch? TryAdd(Guid userId)
    {
        var watch = new BalanceWatch(userId, this, time);
        lock (_gate)
        {
            if (!_watches.TryGetValue(userId, out var watches))
            {
                _watches[userId] = watches = [];
            }
            if (watches.Count == PerUserMax)
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

    /// <summary>These wallets are to be read again, as far as somebody watches them.</summary>
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

    /// <summary>Everything that is watched is to be read again.</summary>
    public void ChangeAll()
    {
        lock (_gate)
        {
            _changed.UnionWith(_watches.Keys);
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits until something is to be read again, and gives it.</summary>
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
                watch.Offer(state);
            }
        }
    }
}
