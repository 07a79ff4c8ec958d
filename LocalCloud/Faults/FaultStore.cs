namespace ReelBallers.LocalCloud.Faults;

/// <summary>The scripted faults, in the order of their creation. Thread-safe.</summary>
internal sealed class FaultStore
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
    /// Counts a request or an event against the faults that match it; the first that is due is applied.
    /// A subject with several names is counted once by a fault that matches any of them.
    /// </summary>
    public Fault? Strike(CloudName cloud, FaultKind kind, params string[] subjects)
    {
        lock (_lock)
        {
            return _faults.Find(fault => subjects.Any(subject => fault.Matches(cloud, kind, subject)) && fault.Count());
        }
    }
}
