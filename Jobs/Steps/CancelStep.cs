namespace ReelBallers.Jobs;

/// <summary>
/// Stops runs at RunPod that were closed here: their job has ended, or another run has taken their place. Only GPU time
/// depends on it, and RunPod's limits end a run anyway, so that it is tried as long as the run can live. A run whose id is
/// unknown cannot be stopped: it has ended when the endpoint is idle, or with its longest life.
/// </summary>
internal sealed partial class CancelStep(
    RunPodClient runPod, UnansweredRuns unanswered, IntentLoopParts parts, ILogger<CancelStep> logger)
    : IntentLoop(IntentKind.Cancel, concurrency: 8, parts)
{
    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var found = await Store.FindWithRunsAsync(lease.JobId, cancellationToken);
        var (remaining, idleSince) = (0, (DateTimeOffset?)null);
        foreach (var run in found?.Runs.Where(run => run.NeedsCancel) ?? [])
        {
            bool isStopped;
            if (run.KnownId is null)
            {
                idleSince = await unanswered.IsGoneAsync(run, cancellationToken) ? lease.WaitingSince ?? Now : null;
                // Its callback, which tells its cost, may be tried for a while.
                isStopped = idleSince + TimeSpan.FromSeconds(Options.LostGraceSeconds) <= Now
                    && await EndAsync(run, cancellationToken);
            }
            else
            {
                isStopped = await StopAsync(found!.Job, run, cancellationToken);
            }
            if (!isStopped && Now > run.SubmittedAt + Options.Lifetime(found!.Job.PaidSeconds))
            {
                LogNotCancelled(run.JobId, run.Number);
                isStopped = await EndAsync(run, cancellationToken);
            }
            remaining += isStopped ? 0 : 1;
        }
        await Store.UpdateAsync(
            lease.JobId,
            locked =>
            {
                if (remaining > 0)
                {
                    locked.Reschedule(lease, Options.Backoff(lease.Attempts + 1), lease.Attempts + 1, idleSince);
                }
                else if (locked.HasLease(lease))
                {
                    locked.Remove(IntentKind.Cancel);
                }
            },
            cancellationToken);
    }

    /// <summary>False when it may still run.</summary>
    private async Task<bool> StopAsync(Job job, Run run, CancellationToken cancellationToken)
    {
        // Also verifies an id that only a callback has named, and reads what the run has cost.
        var status = run.RunPodId is null && await Store.BelongsToAnotherJobAsync(job.JobId, run.KnownId!, cancellationToken)
            ? new RunPodStatus.NotFound()
            : await runPod.StatusAsync(run.EndpointId, run.KnownId!, cancellationToken);
        if (status is RunPodStatus.Completed && !job.IsDecided)
        {
            // It has delivered after all: the poll counts it.
            await Store.UpdateAsync(job.JobId, locked => locked.Add(IntentKind.Poll), cancellationToken);
            return false;
        }
        if (!status.IsFinal && status is not RunPodStatus.NotFound)
        {
            if (!await runPod.CancelAsync(run.EndpointId, run.KnownId!, cancellationToken))
            {
                return false;
            }
            status = await runPod.StatusAsync(run.EndpointId, run.KnownId!, cancellationToken);
        }
        await Store.UpdateAsync(job.JobId, locked => Record(locked, run, status), cancellationToken);
        // An id that RunPod does not know was a wrong one: the run is still unnamed.
        return status is not RunPodStatus.NotFound || run.RunPodId is not null;
    }

    /// <summary>It no longer runs at RunPod; false when a callback has named it meanwhile.</summary>
    private async Task<bool> EndAsync(Run ended, CancellationToken cancellationToken)
    {
        var isOver = false;
        await Store.UpdateAsync(
            ended.JobId,
            locked => isOver = locked.Runs.Find(ended.Number) is { } run && run.KnownId == ended.KnownId
                && run.Apply(RunEvent.Stopped, locked.Now),
            cancellationToken);
        return isOver;
    }

    private static void Record(LockedJob locked, Run stopped, RunPodStatus status)
    {
        if (locked.Runs.Find(stopped.Number) is not { } run)
        {
            return;
        }
        if (status is RunPodStatus.NotFound && run.RunPodId is null)
        {
            // RunPod does not know the id that the callback named.
            run.Hint(null);
            return;
        }
        run.Identify(stopped.KnownId!);
        run.Record(status.Usage);
        run.Apply(RunEvent.Stopped, locked.Now);
    }

    [LoggerMessage(
        LogLevel.Warning, "Run {Run} of job {JobId} could not be cancelled at RunPod; its execution timeout has ended it")]
    private partial void LogNotCancelled(Guid jobId, int run);
}
