using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

// The transitions of a job, under the lock.
internal sealed partial class JobBook
{
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
