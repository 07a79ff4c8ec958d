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
    private static readonly TimeSpan StopPause = TimeSpan.FromMilliseconds(200);

    private readonly JobBook _book;
    private readonly FaultStore _faults;
    private readonly TimeProvider _time;
    private readonly OutsideRuns _runs;

    public OutsideWorkers(JobBook book, FaultStore faults, LocalCloudOptions options)
    {
        _book = book;
        _faults = faults;
        _time = options.Time;
        _runs = new OutsideRuns(options.Time);
    }

    public int Busy => _runs.Count;

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

            _runs.Begin(attempt, workerId);
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
                _runs.Begin(attempt, workerId);
                jobs.Add(attempt.Job);
            }
        }

        return jobs;
    }

    /// <summary>The worker went away before it had the job.</summary>
    public void GiveBack(string jobId, string workerId)
    {
        if (_runs.Remove(jobId, workerId) is { } run)
        {
            _book.PutBack(run.Attempt, isRetry: false);
        }
    }

    public void Heard(string workerId, IEnumerable<string> jobIds) => _runs.Heard(workerId, jobIds);

    /// <returns>Whether the worker has this job.</returns>
    public bool Progress(string jobId, string workerId, JsonElement output)
    {
        var run = _runs.Find(jobId, workerId);
        if (run is not null)
        {
            _book.Progress(run.Attempt, output);
        }

        return run is not null;
    }

    /// <returns>Whether the worker has this job.</returns>
    public bool Stream(string jobId, string workerId, JsonElement chunk)
    {
        var run = _runs.Find(jobId, workerId);
        if (run is not null)
        {
            _book.Stream(run.Attempt, chunk);
        }

        return run is not null;
    }

    /// <returns>Whether the worker has this job.</returns>
    public bool Done(string jobId, string workerId, JsonElement? output, string? error)
    {
        if (_runs.Remove(jobId, workerId) is not { } run)
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
            if (_runs.RemoveStopped(workerId) is { Count: > 0 } stopped)
            {
                return stopped;
            }

            await Task.Delay(StopPause, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepPause, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var run in _runs.All())
            {
                End(run, _time.GetUtcNow());
            }
        }
    }

    private void End(OutsideRun run, DateTimeOffset now)
    {
        var job = run.Attempt.Job;
        if (job.StartedAt + TimeSpan.FromMilliseconds(job.Request.ExecutionTimeoutMs) <= now)
        {
            _book.TimeOut(run.Attempt);
            run.Attempt.Stop();
        }
        else if (run.Heard + Lost <= now && _runs.Remove(job.Id, run.WorkerId) is not null)
        {
            _book.PutBack(run.Attempt, isRetry: true);
        }
    }
}
