using System.Threading.Channels;

namespace ReelBallers.Wallet;

/// <summary>The streams of this replica that are told which wallets have changed.</summary>
internal sealed class ChangeWatches
{
    private readonly Lock _gate = new();
    private readonly HashSet<ChangeWatch> _watches = [];

    /// <summary>Adds a stream, which begins with all wallets.</summary>
    public ChangeWatch Add()
    {
        var watch = new ChangeWatch(this);
        lock (_gate)
        {
            _watches.Add(watch);
        }
        watch.AddAll();
        return watch;
    }

    public void Remove(ChangeWatch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
        }
    }

    /// <summary>These wallets have changed.</summary>
    public void Add(ReadOnlySpan<Guid> userIds)
    {
        lock (_gate)
        {
            foreach (var watch in _watches)
            {
                watch.Add(userIds);
            }
        }
    }

    /// <summary>Any wallet may have changed.</summary>
    public void AddAll()
    {
        lock (_gate)
        {
            foreach (var watch in _watches)
            {
                watch.AddAll();
            }
        }
    }
}

/// <summary>One stream of changed wallets: collects what its reader has not taken yet.</summary>
internal sealed class ChangeWatch(ChangeWatches watches) : IDisposable
{
    // A reader that is further behind is told to read all.
    private const int MaxUsers = 100_000;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<Guid> _users = [];
    private bool _all;

    /// <summary>Waits for changes and takes them; null means all wallets.</summary>
    public async Task<Guid[]?> TakeAsync(CancellationToken cancellationToken)
    {
        await _wake.Reader.ReadAsync(cancellationToken);
        lock (_gate)
        {
            var (all, users) = (_all, _users);
            (_all, _users) = (false, []);
            return all ? null : [.. users];
        }
    }

    public void Add(ReadOnlySpan<Guid> userIds)
    {
        lock (_gate)
        {
            if (_all)
            {
                return;
            }
            foreach (var userId in userIds)
            {
                _users.Add(userId);
            }
            if (_users.Count > MaxUsers)
            {
                _all = true;
                _users = [];
            }
        }
        _wake.Writer.TryWrite(true);
    }

    public void AddAll()
    {
        lock (_gate)
        {
            _all = true;
            _users = [];
        }
        _wake.Writer.TryWrite(true);
    }

    public void Dispose() => watches.Remove(this);
}
