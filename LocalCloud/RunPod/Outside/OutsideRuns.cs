namespace ReelBallers.LocalCloud.RunPod;

/// <summary>A job that a worker outside has.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Attempt">The run.</param>
/// <param name="Heard">When the worker was last heard of.</param>
internal sealed record OutsideRun(string WorkerId, Attempt Attempt, DateTimeOffset Heard);

/// <summary>Which worker has which jobs.</summary>
internal sealed class OutsideRuns(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OutsideRun> _runs = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count;
            }
        }
    }

    public OutsideRun[] All()
    {
        lock (_lock)
        {
            return [.. _runs.Values];
        }
    }

    public void Begin(Attempt attempt, string workerId)
    {
        lock (_lock)
        {
            _runs[attempt.Job.Id] = new OutsideRun(workerId, attempt, time.GetUtcNow());
        }
    }

    public OutsideRun? Find(string jobId, string workerId)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(jobId) is { } run && run.WorkerId == workerId ? run : null;
        }
    }

    public OutsideRun? Remove(string jobId, string workerId)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(jobId) is { } run && run.WorkerId == workerId && _runs.Remove(jobId) ? run : null;
        }
    }

    /// <summary>Removes the worker's jobs that ended without it, and gives their ids.</summary>
    public IReadOnlyList<string> RemoveStopped(string workerId)
    {
        lock (_lock)
        {
            var stopped = _runs.Where(run => run.Value.WorkerId == workerId && run.Value.Attempt.Stopped.IsCancellationRequested)
                .Select(run => run.Key).ToArray();
            Array.ForEach(stopped, id => _runs.Remove(id));
            return stopped;
        }
    }

    /// <summary>The worker has said that it still works on these jobs.</summary>
    public void Heard(string workerId, IEnumerable<string> jobIds)
    {
        lock (_lock)
        {
            foreach (var id in jobIds)
            {
                if (_runs.TryGetValue(id, out var run) && run.WorkerId == workerId)
                {
                    _runs[id] = run with { Heard = time.GetUtcNow() };
                }
            }
        }
    }
}
