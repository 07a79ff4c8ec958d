namespace ReelBallers.Wallet;

/// <summary>
/// The commands of wallets that another transaction keeps locked: a host that died in the middle of a transaction, or an
/// administrator's session. They wait here, so that no batch waits for them again, and are retried until their wallet is
/// free or they have waited too long. A wallet's commands stay in order: while one waits here, the later ones do too.
/// </summary>
internal sealed partial class LockedWallets(
    BatchCommitter committer, LedgerStore store, TimeProvider time, ILogger<LockedWallets> logger)
{
    private const int MaxBatchLength = 1024;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    // Half of the time that callers wait by default, so that they receive the answer.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<LinkedCommands> _waiting = [];
    private readonly Dictionary<Guid, int> _users = [];
    private readonly SemaphoreSlim _wake = new(0);
    private int _length;
    private volatile bool _isStopping;

    /// <summary>The number of commands that wait here.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Removes from a batch what has to wait here behind earlier commands of the same wallets.</summary>
    public void Divert(List<LinkedCommands> batch)
    {
        if (Length == 0)
        {
            return;
        }
        lock (_gate)
        {
            var (free, behind) = Split(batch, [.. _users.Keys]);
            if (behind.Count > 0)
            {
                batch.Clear();
                batch.AddRange(free);
                Add(behind);
            }
        }
    }

    /// <summary>Adds commands whose wallet was found locked.</summary>
    public void Add(IReadOnlyList<LinkedCommands> setAside)
    {
        if (setAside.Count == 0)
        {
            return;
        }
        lock (_gate)
        {
            foreach (var linked in setAside)
            {
                _waiting.Add(linked);
                Volatile.Write(ref _length, _length + linked.Length);
                foreach (var userId in UsersOf(linked))
                {
                    _users[userId] = _users.GetValueOrDefault(userId) + 1;
                }
            }
        }
        _wake.Release();
    }

    /// <summary>Retries the commands until <see cref="Stop"/> was called and none is left.</summary>
    public async Task RunAsync()
    {
        while (!_isStopping || Length > 0)
        {
            if (Length == 0)
            {
                await _wake.WaitAsync(CancellationToken.None);
                continue;
            }
            await Task.Delay(RetryInterval, time, CancellationToken.None);
            try
            {
                await RetryAsync();
            }
            catch (Exception exception)
            {
                // The commands stay until their time is over.
                LogNotRetried(exception);
            }
            GiveUp();
        }
    }

    /// <summary>Ends <see cref="RunAsync"/> when no command is left.</summary>
    public void Stop()
    {
        _isStopping = true;
        _wake.Release();
    }

    /// <summary>The commands that touch none of these wallets, and those that do or that follow one of these in a wallet.</summary>
    internal static (List<LinkedCommands> Free, List<LinkedCommands> Locked) Split(
        IEnumerable<LinkedCommands> batch, HashSet<Guid> locked)
    {
        var (free, behind) = (new List<LinkedCommands>(), new List<LinkedCommands>());
        foreach (var linked in batch)
        {
            if (UsersOf(linked).Any(locked.Contains))
            {
                locked.UnionWith(UsersOf(linked));
                behind.Add(linked);
            }
            else
            {
                free.Add(linked);
            }
        }
        return (free, behind);
    }

    /// <summary>The users that linked commands name.</summary>
    internal static IEnumerable<Guid> UsersOf(LinkedCommands linked) => linked.Commands.SelectMany(CommandNeeds.UsersOf);

    private async Task RetryAsync()
    {
        Guid[] users;
        lock (_gate)
        {
            users = [.. _users.Keys];
        }
        var locked = await store.FindLockedAsync(users, CancellationToken.None);
        List<LinkedCommands> batch;
        lock (_gate)
        {
            batch = Split(_waiting, locked).Free;
        }
        var length = 0;
        batch = [.. batch.TakeWhile(linked => (length += linked.Length) <= MaxBatchLength || length == linked.Length)];
        if (batch.Count == 0)
        {
            return;
        }
        IReadOnlyList<LinkedCommands> stillLocked = [];
        try
        {
            stillLocked = await committer.CommitAsync(batch, waitForLocks: false);
        }
        catch (Exception exception)
        {
            committer.Fail(batch, exception);
            throw;
        }
        finally
        {
            Remove(batch.Except(stillLocked));
        }
    }

    private void GiveUp()
    {
        LinkedCommands[] old;
        lock (_gate)
        {
            old = [.. _waiting.Where(linked => time.GetElapsedTime(linked.Submission.QueuedAt) > MaxWait)];
        }
        if (old.Length > 0)
        {
            Remove(old);
            committer.NotExecuted(old, OutcomeCode.WalletBusy);
            LogGivenUp(old.Length);
        }
    }

    private void Remove(IEnumerable<LinkedCommands> done)
    {
        lock (_gate)
        {
            var gone = done.ToHashSet();
            _waiting.RemoveAll(gone.Contains);
            foreach (var linked in gone)
            {
                Volatile.Write(ref _length, _length - linked.Length);
                foreach (var userId in UsersOf(linked))
                {
                    if (--_users[userId] == 0)
                    {
                        _users.Remove(userId);
                    }
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} groups of commands were not executed: another transaction keeps their wallets locked")]
    private partial void LogGivenUp(int count);

    [LoggerMessage(LogLevel.Error, "The commands of locked wallets could not be retried")]
    private partial void LogNotRetried(Exception exception);
}
