namespace ReelBallers.Jobs;

/// <summary>
/// Moves the money of a job whose outcome is decided, and then shows the outcome. The wallet does each movement once,
/// however often it is asked, so this is repeated until it is done.
/// </summary>
internal sealed partial class Settlement(JobHold hold, IntentLoopParts parts, ILogger<Settlement> logger)
    : IntentLoop(IntentKind.Settle, concurrency: 32, parts)
{
    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Changes.FindAsync(lease.JobId, cancellationToken) is not { Outcome: { } outcome } job)
        {
            await Changes.ApplyAsync(lease.JobId, change => change.Remove(IntentKind.Settle), cancellationToken);
            return;
        }
        var end = outcome == JobStatus.Completed
            ? await hold.SettleAsync(job, cancellationToken)
            : await hold.ReleaseAsync(job, outcome, cancellationToken);
        await Changes.ApplyAsync(lease.JobId, change => Record(change, end), cancellationToken);
    }

    private void Record(JobChange change, HoldEnd end)
    {
        if (end == HoldEnd.Done)
        {
            change.Job.Finish(change.Now);
            change.Remove(IntentKind.Settle);
        }
        else if (end == HoldEnd.NoHold && !change.Job.WasCharged)
        {
            change.Forget();
        }
        else
        {
            LogContradiction(change.Job.JobId, end);
            change.Bury(IntentKind.Settle, end.ToString());
        }
    }

    [LoggerMessage(LogLevel.Critical, "The wallet and job {JobId} disagree ({End}): its money needs an operator")]
    private partial void LogContradiction(Guid jobId, HoldEnd end);
}
