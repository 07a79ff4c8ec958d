namespace ReelBallers.Jobs;

/// <summary>How a wish to cancel ended.</summary>
internal enum CancelOutcome
{
    Cancelled,
    NotFound,

    /// <summary>It has ended, or is just ending, another way.</summary>
    TooLate,
}

/// <summary>Cancels a job for its user.</summary>
internal sealed class JobCancellation(JobChanges changes)
{
    public async Task<CancelOutcome> CancelAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        var outcome = CancelOutcome.NotFound;
        await changes.ApplyAsync(
            jobId,
            change =>
            {
                if (change.Job.UserId == userId)
                {
                    outcome = Cancel(change);
                }
            },
            cancellationToken);
        return outcome;
    }

    private static CancelOutcome Cancel(JobChange change)
    {
        var job = change.Job;
        if (job.Status.IsFinal())
        {
            return CancelOutcome.TooLate;
        }
        if (!change.End(JobStatus.Cancelled, "The job was cancelled."))
        {
            return job.Outcome == JobStatus.Cancelled ? CancelOutcome.Cancelled : CancelOutcome.TooLate;
        }
        if (job.RunPodId is not null)
        {
            change.Add(IntentKind.Stop);
        }
        return CancelOutcome.Cancelled;
    }
}
