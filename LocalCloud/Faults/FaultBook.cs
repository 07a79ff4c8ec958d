namespace ReelBallers.LocalCloud.Faults;

/// <summary>The faults that are to happen, in the order in which they were asked for. Safe for use by many threads.</summary>
internal sealed class FaultBook
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private int _lastId;

    public Fault Add(FaultRequest request)
    {
        lock (_lock)
        {
            var fault = new Fault($"fault_{++_lastId}", request);
            _faults.Add(fault);
            return fault;
        }
    }

    public IReadOnlyList<Fault> List()
    {
        lock (_lock)
        {
            return [.. _faults];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>
    /// Counts a request or an event against the faults that match it; the first whose turn it is strikes.
    /// One with several names is counted once by a fault that matches any of them.
    /// </summary>
    public Fault? Strike(CloudName cloud, FaultKind kind, params string[] subjects)
    {
        lock (_lock)
        {
            return _faults.Find(fault => subjects.Any(subject => fault.Matches(cloud, kind, subject)) && fault.Count());
        }
    }
}
