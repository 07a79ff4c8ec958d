using System.Text.Json;
using System.Threading.Channels;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>All jobs and their transitions. Each change except progress is stored on disk before it is visible.</summary>
internal sealed partial class JobBook : IDisposable
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
}
