using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// Submits queued jobs to RunPod, each submission as a <see cref="Run"/>. What is not the job's own fault is waited for,
/// until the queue deadline. A job has a second run only when the first is gone or its deadline has passed.
/// </summary>
internal sealed class DispatchStep(
    RunPodClient runPod, RunPodWork work, UnansweredRuns unanswered, SubmitAnswers answers, JobOutputs outputs, DispatchTurns turns,
    IntentLoopParts parts)
    : IntentLoop(IntentKind.Dispatch, concurrency: 32, parts)
{
    private static readonly TimeSpan NoSlotDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>First the checks of submissions without an answer, then those whose turn it is.</summary>
    protected override async Task<IReadOnlyList<Lease>> LeaseDueAsync(int limit, CancellationToken cancellationToken)
    {
        var checks = await base.LeaseDueAsync(limit, cancellationToken);
        return checks.Count == limit ? checks : [.. checks, .. await turns.LeaseAsync(limit - checks.Count, cancellationToken)];
    }

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await StepAsync(lease, cancellationToken);
        }
        finally
        {
            turns.End(lease);
        }
    }

    protected override Task<bool> IsDeliveredAsync(Lease lease, CancellationToken cancellationToken) =>
        outputs.TryCompleteAsync(Store, lease.JobId, cancellationToken);

    private async Task StepAsync(Lease lease, CancellationToken cancellationToken)
    {
        var found = await Store.FindWithRunsAsync(lease.JobId, cancellationToken);
        if (found is not { Job: { IsDecided: false, QueuedAt: { } queuedAt } job, Runs: var runs }
            || runs.Any(run => run is { IsOpen: true, RunPodId: not null }))
        {
            await Store.UpdateAsync(lease.JobId, locked => HandOver(locked, lease), cancellationToken);
        }
        else if (runs.LastOrDefault(run => run.IsOpen) is { } open)
        {
            await CheckAsync(lease, job, runs, open, cancellationToken);
        }
        else if (runs.Count(run => run.State == RunState.Superseded) >= Options.MaxRuns)
        {
            await EndAsync(job, runs, JobStatus.Failed, "The job could not be started.", "no run has answered", cancellationToken);
        }
        else if (Now > Options.QueueDeadline(queuedAt, runs))
        {
            await EndAsync(job, runs, JobStatus.TimedOut, "The job could not be started in time.", "queue timeout", cancellationToken);
        }
        else
        {
            await SubmitAsync(lease, job, runs, cancellationToken);
        }
    }

    /// <summary>Decided, or at RunPod: nothing to submit.</summary>
    private static void HandOver(LockedJob locked, Lease lease)
    {
        if (!locked.HasLease(lease))
        {
            return;
        }
        locked.Remove(IntentKind.Dispatch);
        if (!locked.Job.IsDecided && !locked.Has(IntentKind.Poll))
        {
            locked.Add(IntentKind.Poll);
        }
    }

    private async Task CheckAsync(
        Lease lease, Job job, IReadOnlyList<Run> runs, Run open, CancellationToken cancellationToken)
    {
        var check = await unanswered.CheckAsync(job, runs, open, cancellationToken);
        await Store.UpdateAsync(
            job.JobId, locked => unanswered.Record(locked, lease, open.Number, check), CancellationToken.None);
    }

    private async Task SubmitAsync(Lease lease, Job job, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        if (await StartAsync(lease, job, runs, cancellationToken) is not ({ } run, { } request))
        {
            return;
        }
        // From here on neither a shutdown nor the end of the lease cancels the call: its answer must not be lost.
        var answer = await runPod.SubmitAsync(run.EndpointId, request, CancellationToken.None);
        await Store.UpdateAsync(job.JobId, locked => answers.Record(locked, lease, run.Number, answer), CancellationToken.None);
    }

    /// <summary>Stores the run that is about to be submitted; null when the job is not to be submitted now.</summary>
    private async Task<(Run Run, RunPodRequest Request)?> StartAsync(
        Lease lease, Job job, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        using var slot = turns.Reserve(lease, job);
        if (slot is null)
        {
            await Store.UpdateAsync(
                lease.JobId, locked => locked.Reschedule(lease, JobsOptions.Jitter(NoSlotDelay), lease.Attempts), cancellationToken);
            return null;
        }
        var number = LockedRuns.Next(runs);
        var (request, rejection) = await work.PrepareAsync(job, number, cancellationToken);
        if (request is null)
        {
            var error = rejection == StorageErrorCodes.SourceChanged
                ? "The source was changed after it was uploaded."
                : "The source is no longer there.";
            await EndAsync(job, runs, JobStatus.Failed, error, rejection!, cancellationToken);
            return null;
        }
        cancellationToken.ThrowIfCancellationRequested();
        Run? run = null;
        await Store.UpdateAsync(
            lease.JobId,
            // Unless it was cancelled or taken over.
            locked => run = locked.HasLease(lease) && !locked.Job.IsDecided && !locked.Runs.AnyOpen
                && LockedRuns.Next(locked.Runs.All) == number
                ? locked.Runs.Start(slot.EndpointId)
                : null,
            CancellationToken.None);
        slot.IsUsed = run is not null;
        return run is null ? null : (run, request);
    }

    private async Task EndAsync(
        Job job, IReadOnlyList<Run> runs, JobStatus outcome, string error, string reason, CancellationToken cancellationToken)
    {
        // A run that was given up may have delivered since.
        if (runs.Count > 0 && await outputs.FindAsync(job, runs, cancellationToken) is { } output)
        {
            await Store.UpdateAsync(job.JobId, locked => locked.Complete(output), cancellationToken);
            return;
        }
        await Store.UpdateAsync(job.JobId, locked => answers.End(locked, outcome, error, reason), cancellationToken);
    }
}
