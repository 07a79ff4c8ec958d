using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

// What workers do to the jobs that they have.
internal sealed partial class JobBook
{
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

    private static JsonElement ProgressOutput(int percent) => JsonSerializer.SerializeToElement(new { progress = percent });

    private static bool IsGoingOn(Attempt attempt) => attempt.Job.Attempt == attempt;
}
