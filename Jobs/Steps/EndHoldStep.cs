namespace ReelBallers.Jobs;

/// <summary>
/// Settles or releases the hold of a job whose outcome is decided, then sets the job's final status. The wallet's calls are
/// idempotent, so this is retried until it succeeds.
/// </summary>
internal sealed partial class EndHoldStep(
    JobHold hold, JobFiles files, JobsMeter meter, IntentLoopParts parts, ILogger<EndHoldStep> logger)
    : IntentLoop(IntentKind.EndHold, concurrency: 32, parts)
{
    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Store.FindAsync(lease.JobId, cancellationToken) is not { Outcome: { } outcome } job)
        {
            await Store.UpdateAsync(lease.JobId, locked => locked.Remove(IntentKind.EndHold), cancellationToken);
            return;
        }
        var end = outcome == JobStatus.Completed
            ? await hold.SettleAsync(job, cancellationToken)
            : await hold.ReleaseAsync(job, outcome, cancellationToken);
        Job? ended = null;
        await Store.UpdateAsync(lease.JobId, locked => ended = Record(locked, end), cancellationToken);
        if (ended is not null)
        {
            meter.Ended(ended);
            await files.ReleaseAsync(ended.UserId, ended.JobId, cancellationToken);
        }
    }

    /// <summary>The job if it has ended by this.</summary>
    private Job? Record(LockedJob locked, HoldEnd end)
    {
        if (end == HoldEnd.Done)
        {
            var isFirst = !locked.Job.Status.IsFinal();
            locked.Job.Finish(locked.Now);
            locked.Remove(IntentKind.EndHold);
            return isFirst ? locked.Job : null;
        }
        if (end == HoldEnd.NoHold && !locked.Job.IsHeld)
        {
            locked.Delete();
        }
        else
        {
            LogContradiction(locked.Job.JobId, end);
            locked.DeadLetter(IntentKind.EndHold, end.ToString());
        }
        return null;
    }

    [LoggerMessage(LogLevel.Critical, "The wallet contradicts job {JobId} ({End}): an operator must correct its hold")]
    private partial void LogContradiction(Guid jobId, HoldEnd end);
}
