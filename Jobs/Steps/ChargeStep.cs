namespace ReelBallers.Jobs;

/// <summary>
/// Settles or releases the hold of a job whose outcome is decided, then sets the job's final status. The wallet's calls are
/// idempotent, so this is retried until it succeeds.
/// </summary>
internal sealed partial class ChargeStep(JobHold hold, IntentLoopParts parts, ILogger<ChargeStep> logger)
    : IntentLoop(IntentKind.Charge, concurrency: 32, parts)
{
    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Store.FindAsync(lease.JobId, cancellationToken) is not { Outcome: { } outcome } job)
        {
            await Store.UpdateAsync(lease.JobId, locked => locked.Remove(IntentKind.Charge), cancellationToken);
            return;
        }
        var end = outcome == JobStatus.Completed
            ? await hold.SettleAsync(job, cancellationToken)
            : await hold.ReleaseAsync(job, outcome, cancellationToken);
        await Store.UpdateAsync(lease.JobId, locked => Record(locked, end), cancellationToken);
    }

    private void Record(LockedJob locked, HoldEnd end)
    {
        if (end == HoldEnd.Done)
        {
            locked.Job.Finish(locked.Now);
            locked.Remove(IntentKind.Charge);
        }
        else if (end == HoldEnd.NoHold && !locked.Job.IsHeld)
        {
            locked.Delete();
        }
        else
        {
            LogContradiction(locked.Job.JobId, end);
            locked.DeadLetter(IntentKind.Charge, end.ToString());
        }
    }

    [LoggerMessage(LogLevel.Critical, "The wallet contradicts job {JobId} ({End}): an operator must correct its hold")]
    private partial void LogContradiction(Guid jobId, HoldEnd end);
}
