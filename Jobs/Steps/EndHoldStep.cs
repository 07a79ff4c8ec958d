namespace ReelBallers.Jobs;

/// <summary>
/// Settles or releases the hold of a job whose outcome is decided, then sets the job's final status. The wallet's calls are
/// idempotent, so this is retried while the wallet is unavailable. What the wallet rejects is left to an operator.
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
            // The acceptance kept the source for the operation, the dispatch for the job.
            await files.ReleaseAsync(ended.UserId, ended.OperationId, cancellationToken);
            await files.ReleaseAsync(ended.UserId, ended.JobId, cancellationToken);
        }
    }

    /// <summary>The job if it has ended by this.</summary>
    private Job? Record(LockedJob locked, HoldEndAnswer answer)
    {
        var job = locked.Job;
        var isFirst = !job.Status.IsFinal();
        var happened = answer.End switch
        {
            HoldEnd.Done => JobEvent.HoldEnded,
            HoldEnd.NoHold => JobEvent.HoldMissing,
            HoldEnd.Contradiction => JobEvent.HoldContradicted,
        };
        locked.Apply(happened, new JobFacts { HoldEnd = answer });
        if (happened != JobEvent.HoldEnded && job.State != JobState.Deleted)
        {
            var code = answer.Code ?? "unknown";
            LogContradiction(job.JobId, job.Outcome!.Value, code);
            meter.Contradicted(code);
        }
        return isFirst && job.Status.IsFinal() ? job : null;
    }

    [LoggerMessage(
        LogLevel.Critical, "The books contradict job {JobId}, which ends as {Outcome} ({Code}): an operator must correct its hold")]
    private partial void LogContradiction(Guid jobId, JobStatus outcome, string code);
}
