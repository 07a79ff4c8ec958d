namespace ReelBallers.Jobs;

/// <summary>
/// Stops runs at RunPod that were closed here: their job has ended, or another run has taken their place. Only GPU time
/// depends on it, and RunPod's limits end a run anyway, so that it is tried as long as the run can live.
/// </summary>
internal sealed partial class CancelStep(RunPodClient runPod, IntentLoopParts parts, ILogger<CancelStep> logger)
    : IntentLoop(IntentKind.Cancel, concurrency: 8, parts)
{
    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var found = await Store.FindWithRunsAsync(lease.JobId, cancellationToken);
        var remaining = 0;
        foreach (var run in found?.Runs.Where(run => run.NeedsCancel) ?? [])
        {
            var isStopped = await StopAsync(found!.Job, run, cancellationToken);
            if (!isStopped && Now > run.SubmittedAt + Options.Lifetime(found.Job.PaidSeconds))
            {
                LogNotCancelled(run.JobId, run.Number);
            }
            else if (!isStopped)
            {
                remaining++;
            }
        }
        await Store.UpdateAsync(
            lease.JobId,
            locked =>
            {
                if (remaining > 0)
                {
                    locked.Reschedule(lease, Options.Backoff(lease.Attempts + 1), lease.Attempts + 1);
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
        return true;
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
