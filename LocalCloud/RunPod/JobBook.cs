using System.Text.Json;
using System.Threading.Channels;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>All jobs and their transitions. Each change except progress is stored on disk before it is visible.</summary>
internal sealed class JobBook : IDisposable
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Job> _jobs = [];
    private readonly Channel<string> _queue = Channel.CreateUnbounded<string>();
    private readonly Channel<Callback> _callbacks = Channel.CreateUnbounded<Callback>();
    private readonly JobFiles _files;
    private readonly FaultStore _faults;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private JobCounts _counts;

    public JobBook(JobFiles files, FaultStore faults, LocalCloudOptions options)
    {
        _files = files;
        _faults = faults;
        _time = options.Time;
        foreach (var job in files.Load())
        {
            Restore(job);
        }

        _sweep = _time.CreateTimer(_ => ForgetOld(), null, SweepPause, SweepPause);
    }

    /// <summary>The ids of the queued jobs in order; some may have been cancelled or expired.</summary>
    public ChannelReader<string> Queue => _queue.Reader;

    public ChannelReader<Callback> Callbacks => _callbacks.Reader;

    public void Dispose() => _sweep.Dispose();

    public JobView Add(JobRequest request, string operation)
    {
        var prefix = operation == "runsync" ? "sync-" : "";
        var job = new Job { Id = $"{prefix}{Guid.NewGuid()}-u1", Operation = operation, Request = request, CreatedAt = _time.GetUtcNow() };
        lock (_lock)
        {
            _jobs.Add(job.Id, job);
            Enqueue(job);
            return JobView.Of(job);
        }
    }

    public JobView? Find(string id)
    {
        lock (_lock)
        {
            return Known(id) is { } job ? JobView.Of(job) : null;
        }
    }

    /// <summary>Ends with the job; at once when there is none.</summary>
    public Task EndOf(string id)
    {
        lock (_lock)
        {
            return Known(id)?.Ended.Task ?? Task.CompletedTask;
        }
    }

    /// <returns>The run to carry out; null when the job is not waiting any more.</returns>
    public Attempt? Take(string id, string workerId)
    {
        lock (_lock)
        {
            if (Known(id) is not { Status: JobStatus.InQueue } job)
            {
                return null;
            }

            job.Status = JobStatus.InProgress;
            job.StartedAt = _time.GetUtcNow();
            job.WorkerId = workerId;
            job.Attempt = new Attempt(job);
            _files.Save(job);
            return job.Attempt;
        }
    }

    public void Progress(Attempt attempt, int percent) => Progress(attempt, ProgressOutput(percent));

    public void Progress(Attempt attempt, JsonElement output)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                attempt.Job.Output = output;
            }
        }
    }

    /// <summary>Keeps a part of a result until a caller reads it.</summary>
    public void Stream(Attempt attempt, JsonElement chunk)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                attempt.Job.Chunks.Add(chunk);
            }
        }
    }

    /// <returns>The parts since the last call, and how the job is; null when there is none.</returns>
    public (JobStatus Status, JsonElement[] Chunks)? TakeChunks(string id)
    {
        lock (_lock)
        {
            if (Known(id) is not { } job)
            {
                return null;
            }

            var chunks = job.Chunks.ToArray();
            job.Chunks.Clear();
            return (job.Status, chunks);
        }
    }

    /// <summary>Without an output: as if RunPod had lost the result.</summary>
    public void Complete(Attempt attempt, JsonElement? output)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                var lastProgress = attempt.Job.Output ?? ProgressOutput(0);
                attempt.Job.Output = output;
                End(attempt.Job, JobStatus.Completed, lastProgress);
            }
        }
    }

    public void Fail(Attempt attempt, string error)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                attempt.Job.Output = null;
                attempt.Job.Error = error;
                End(attempt.Job, JobStatus.Failed, null);
            }
        }
    }

    public void TimeOut(Attempt attempt)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                attempt.Job.Output = null;
                End(attempt.Job, JobStatus.TimedOut, null);
            }
        }
    }

    /// <summary>The worker crashed during the job, which is queued again.</summary>
    public void PutBack(Attempt attempt, bool isRetry)
    {
        lock (_lock)
        {
            if (IsGoingOn(attempt))
            {
                attempt.Job.Retries += isRetry ? 1 : 0;
                _counts.Retried += isRetry ? 1 : 0;
                Enqueue(attempt.Job);
            }
        }
    }

    /// <summary>Marks a job as one that crashes its workers, also after a restart.</summary>
    public void Doom(Attempt attempt)
    {
        lock (_lock)
        {
            attempt.Job.CrashesWorkers = true;
        }
    }

    /// <returns>The job's current state; a finished job is unchanged. Null when there is none.</returns>
    public JobReference? Cancel(string id)
    {
        lock (_lock)
        {
            if (Known(id) is not { } job)
            {
                return null;
            }

            if (job.Status is JobStatus.InQueue or JobStatus.InProgress)
            {
                job.Attempt?.Stop();
                job.Output = null;
                End(job, JobStatus.Cancelled, null);
            }

            return new JobReference(job.Id, job.Status);
        }
    }

    /// <returns>Null when there is none; otherwise whether its state allowed it.</returns>
    public bool? Retry(string id)
    {
        lock (_lock)
        {
            if (Known(id) is not { } job)
            {
                return null;
            }

            if (job.Status is not (JobStatus.Failed or JobStatus.TimedOut))
            {
                return false;
            }

            job.Retries++;
            _counts.Retried++;
            Enqueue(job);
            return true;
        }
    }

    /// <returns>How many were waiting.</returns>
    public int Purge()
    {
        lock (_lock)
        {
            var waiting = _jobs.Values.Where(job => job.Status == JobStatus.InQueue).ToArray();
            Array.ForEach(waiting, Forget);
            return waiting.Length;
        }
    }

    public JobCounts Count()
    {
        lock (_lock)
        {
            return _counts with
            {
                InProgress = _jobs.Values.Count(job => job.Attempt is not null),
                InQueue = _jobs.Values.Count(job => job.Status == JobStatus.InQueue),
            };
        }
    }

    /// <summary>The callback was delivered, or its attempts are exhausted.</summary>
    public void CallbackDone(Callback callback)
    {
        lock (_lock)
        {
            if (_jobs.GetValueOrDefault(callback.JobId) is { } job && ReferenceEquals(job.DueCallback, callback.View))
            {
                job.DueCallback = null;
                _files.Save(job);
            }
        }
    }

    private static JsonElement ProgressOutput(int percent) => JsonSerializer.SerializeToElement(new { progress = percent });

    private static bool IsGoingOn(Attempt attempt) => attempt.Job.Attempt == attempt;

    private void Restore(Job job)
    {
        _jobs.Add(job.Id, job);
        if (job.EndedAt is null)
        {
            // A running job has lost its worker, as after missed heartbeats.
            job.Retries += job.Status == JobStatus.InProgress ? 1 : 0;
            Enqueue(job);
            return;
        }

        job.Ended.SetResult();
        if (job.DueCallback is { } view)
        {
            _callbacks.Writer.TryWrite(new Callback(job.Id, job.Request.Webhook!, job.Subject, view));
        }
    }

    private void Enqueue(Job job)
    {
        job.Status = JobStatus.InQueue;
        job.Attempt = null;
        job.StartedAt = null;
        job.WorkerId = null;
        job.Output = null;
        job.Error = null;
        job.Chunks.Clear();
        job.DueCallback = null;
        if (job.EndedAt is not null)
        {
            job.EndedAt = null;
            job.Ended = Job.NewEnd();
        }

        _files.Save(job);
        _queue.Writer.TryWrite(job.Id);
    }

    private void End(Job job, JobStatus status, JsonElement? lastProgress)
    {
        job.Status = status;
        job.Attempt = null;
        job.EndedAt = _time.GetUtcNow();
        _counts.Completed += status == JobStatus.Completed ? 1 : 0;
        _counts.Failed += status is JobStatus.Failed or JobStatus.TimedOut ? 1 : 0;
        job.Ended.TrySetResult();
        if (status is JobStatus.Completed or JobStatus.Failed
            && _faults.Strike(CloudName.RunPod, FaultKind.ForgetResult, job.Subject) is not null)
        {
            Forget(job);
            return;
        }

        if (status is JobStatus.Completed or JobStatus.Failed && job.Request.Webhook is { } webhook)
        {
            job.DueCallback = JobView.Of(job);
            _callbacks.Writer.TryWrite(new Callback(job.Id, webhook, job.Subject, job.DueCallback));
        }

        if (lastProgress is not null && _faults.Strike(CloudName.RunPod, FaultKind.LateProgress, job.Subject) is not null)
        {
            job.Status = JobStatus.InProgress;
            job.Output = lastProgress;
        }

        _files.Save(job);
    }

    private Job? Known(string id)
    {
        if (_jobs.GetValueOrDefault(id) is not { } job)
        {
            return null;
        }

        if (job.ForgottenAt() > _time.GetUtcNow())
        {
            return job;
        }

        Forget(job);
        return null;
    }

    private void ForgetOld()
    {
        lock (_lock)
        {
            foreach (var id in _jobs.Keys.ToArray())
            {
                Known(id);
            }
        }
    }

    private void Forget(Job job)
    {
        job.Attempt?.Stop();
        job.Attempt = null;
        job.Ended.TrySetResult();
        _jobs.Remove(job.Id);
        _files.Delete(job);
    }
}
