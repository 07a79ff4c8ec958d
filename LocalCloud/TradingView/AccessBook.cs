namespace ReelBallers.LocalCloud.TradingView;

/// <summary>Who may use which script. A file in the data directory, so that it survives a kill.</summary>
internal sealed class AccessBook
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly string _file;
    private List<ScriptAccess> _all;

    public AccessBook(LocalCloudOptions options)
    {
        _time = options.Time;
        var directory = Path.Combine(options.DataDirectory, "tradingview");
        Directory.CreateDirectory(directory);
        _file = Path.Combine(directory, "access.json");
        _all = JsonFiles.Read<List<ScriptAccess>>(_file) ?? [];
    }

    /// <summary>All accesses, the newest first.</summary>
    public IReadOnlyList<ScriptAccess> List()
    {
        lock (_lock)
        {
            return [.. _all.OrderByDescending(access => access.Id)];
        }
    }

    /// <summary>Gives access. False: the user has it already, and nothing is changed.</summary>
    public bool Add(string pineId, string userName, DateTimeOffset? expiration) => Change(all =>
        all.Exists(access => IsOf(access, pineId, userName)) ? null
        : [.. all, new ScriptAccess(all.Select(access => access.Id).DefaultIfEmpty().Max() + 1, pineId, userName, expiration,
            _time.GetUtcNow())]);

    /// <summary>Changes when it ends. False: the user has no access.</summary>
    public bool Modify(string pineId, string userName, DateTimeOffset? expiration) => Change(all =>
        all.Exists(access => IsOf(access, pineId, userName))
            ? [.. all.Select(access => IsOf(access, pineId, userName) ? access with { Expiration = expiration } : access)]
            : null);

    /// <summary>Takes it away, if the user has it.</summary>
    public void Remove(string pineId, string userName) =>
        Change(all => [.. all.Where(access => !IsOf(access, pineId, userName))]);

    private static bool IsOf(ScriptAccess access, string pineId, string userName) =>
        access.PineId == pineId && access.UserName == userName;

    private bool Change(Func<List<ScriptAccess>, List<ScriptAccess>?> change)
    {
        lock (_lock)
        {
            if (change(_all) is not { } changed)
            {
                return false;
            }

            JsonFiles.Write(_file, changed);
            _all = changed;
            return true;
        }
    }
}
