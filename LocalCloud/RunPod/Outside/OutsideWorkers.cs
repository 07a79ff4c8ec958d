using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>
/// Workers that are processes of their own and speak RunPod's worker protocol: which jobs they have, when they were last heard of, and
/// which jobs they are to leave.
/// </summary>
internal sealed class OutsideWorkers : BackgroundService
{
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Run> _runs = [];
    private readonly JobBook _book;
    private readonly FaultStore _faults;
    private readonly TimeProvider _time;

    public OutsideWorkers(JobBook book, FaultStore faults, LocalCloudOptions options)
    {
        _book = book;
        _faults = faults;
        _time = options.Time;
    }

    public int Busy
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>Waits for a job.</summary>
    /// <exception cref="OperationCanceledException">There was none; none was taken.</exception>
    public async Task<Job> TakeAsync(string workerId, CancellationToken cancellationToken)
    {
        await foreach (var id in _book.Queue.ReadAllAsync(cancellationToken))
        {
            if (_book.Take(id, workerId) is not { } attempt)
            {
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                _book.PutBack(attempt, isRetry: false);
                break;
            }

            Begin(attempt, workerId);
            return attempt.Job;
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Waits for a job, and takes others with it that wait already.</summary>
    /// <exception cref="OperationCanceledException">There was none; none was taken.</exception>
    public async Task<IReadOnlyList<Job>> TakeAsync(string workerId, int most, CancellationToken cancellationToken)
    {
        var jobs = new List<Job> { await TakeAsync(workerId, cancellationToken) };
        while (jobs.Count < most && _book.Queue.TryRead(out var id))
        {
            if (_book.Take(id, workerId) is { } attempt)
            {
                Begin(attempt, workerId);
                jobs.Add(attempt.Job);
            }
        }

        return jobs;
    }

    /// <summary>The worker went away before it had the job.</summary>
    public void GiveBack(string jobId, string workerId)
    {
        if (Remove(jobId, workerId) is { } run)
        {
            _book.PutBack(run.Attempt, isRetry: false);
        }
    }

    public void Heard(string workerId, IEnumerable<string> jobIds)
    {
        lock (_lock)
        {
            foreach (var id in jobIds)
            {
                if (_runs.TryGetValue(id, out var run) && run.WorkerId == workerId)
                {
                    _runs[id] = run with { Heard = _time.GetUtcNow() };
                }
            }
        }
    }

    /// <returns>Whether the worker has this job.</returns>
    public bool Progress(string jobId, string workerId, JsonElement output)
    {
        var run = Find(jobId, workerId);
        if (run is not null)
        {
            _book.Progress(run.Attempt, output);
        }

        return run is not null;
    }

    /// <returns>Whether the worker has this job.</returns>
    public bool Stream(string jobId, string workerId, JsonElement chunk)
    {
        var run = Find(jobId, workerId);
        if (run is not null)
        {
            _book.Stream(run.Attempt, chunk);
        }

        return run is not null;
    }

    /// <returns>Whether the worker has this job.</returns>
    public bool Done(string jobId, string workerId, JsonElement? output, string? error)
    {
        if (Remove(jobId, workerId) is not { } run)
        {
            return false;
        }

        if (error is not null)
        {
            _book.Fail(run.Attempt, error);
        }
        else
        {
            var isLost = _faults.Strike(CloudName.RunPod, FaultKind.NoOutput, run.Attempt.Job.Subject) is not null;
            _book.Complete(run.Attempt, isLost ? null : output);
        }

        return true;
    }

    /// <summary>Waits until the worker has jobs that ended without it.</summary>
    public async Task<IReadOnlyList<string>> StopsAsync(string workerId, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                var stopped = _runs.Where(run => run.Value.WorkerId == workerId && run.Value.Attempt.Stopped.IsCancellationRequested)
                    .Select(run => run.Key).ToArray();
                if (stopped.Length > 0)
                {
                    Array.ForEach(stopped, id => _runs.Remove(id));
                    return stopped;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepPause, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Run[] runs;
            lock (_lock)
            {
                runs = [.. _runs.Values];
            }

            foreach (var run in runs)
            {
                End(run, _time.GetUtcNow());
            }
        }
    }

    private void End(Run run, DateTimeOffset now)
    {
        var job = run.Attempt.Job;
        if (job.StartedAt + TimeSpan.FromMilliseconds(job.Request.ExecutionTimeoutMs) <= now)
        {
            _book.TimeOut(run.Attempt);
            run.Attempt.Stop();
        }
        else if (run.Heard + Lost <= now && Remove(job.Id, run.WorkerId) is not null)
        {
            _book.PutBack(run.Attempt, isRetry: true);
        }
    }

    private void Begin(Attempt attempt, string workerId)
    {
        lock (_lock)
        {
            _runs[attempt.Job.Id] = new Run(workerId, attempt, _time.GetUtcNow());
        }
    }

    private Run? Find(string jobId, string workerId)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(jobId) is { } run && run.WorkerId == workerId ? run : null;
        }
    }

    private Run? Remove(string jobId, string workerId)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(jobId) is { } run && run.WorkerId == workerId && _runs.Remove(jobId) ? run : null;
        }
    }

    private sealed record Run(string WorkerId, Attempt Attempt, DateTimeOffset Heard);
}
