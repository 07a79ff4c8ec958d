using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The result of a request to cancel.</summary>
internal enum CancelOutcome
{
    Cancelled,
    NotFound,

    /// <summary>It has already ended, or its outcome is decided.</summary>
    TooLate,
}

/// <summary>Cancels a job for its user.</summary>
internal sealed class JobCancellation(JobStore store, JobQueries queries, ServiceTracer tracer)
{
    public async Task<CancelOutcome> CancelAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        var outcome = CancelOutcome.NotFound;
        if (await queries.FindAsync(userId, jobId, cancellationToken) is null)
        {
            return outcome;
        }
        await store.UpdateAsync(
            jobId,
            locked =>
            {
                if (locked.Job.IsVisible)
                {
                    using var span = tracer.Continue("receive cancellation", locked.Job.TraceParent);
                    span?.SetTag("reelballers.job.id", jobId);
                    outcome = Cancel(locked);
                }
            },
            cancellationToken);
        return outcome;
    }

    /// <summary>Cancels a job that nobody will look at any more, unless its hold is not confirmed: then it is abandoned soon.</summary>
    public Task CancelAsync(Guid jobId, CancellationToken cancellationToken) => store.UpdateAsync(
        jobId,
        locked =>
        {
            if (locked.Job.IsVisible)
            {
                Cancel(locked);
            }
        },
        cancellationToken);

    private static CancelOutcome Cancel(LockedJob locked)
    {
        var job = locked.Job;
        if (job.Status.IsFinal())
        {
            return CancelOutcome.TooLate;
        }
        if (!locked.End(JobStatus.Cancelled, "The job was cancelled."))
        {
            return job.Outcome == JobStatus.Cancelled ? CancelOutcome.Cancelled : CancelOutcome.TooLate;
        }
        return CancelOutcome.Cancelled;
    }
}
