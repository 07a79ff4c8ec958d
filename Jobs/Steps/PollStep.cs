namespace ReelBallers.Jobs;

/// <summary>
/// Reads a submitted job's status from RunPod until it ends; a callback makes the next poll due at once. A job has
/// succeeded when its output is in storage, whatever RunPod reports; our own deadlines end a job that RunPod does not end.
/// </summary>
internal sealed partial class PollStep(RunPodClient runPod, JobOutputs outputs, IntentLoopParts parts, ILogger<PollStep> logger)
    : IntentLoop(IntentKind.Poll, concurrency: 32, parts)
{
    private const double MaxPollSeconds = 10;

    // Polls without a change before storage is checked too: a late progress report can overwrite the result at RunPod.
    private const int QuietPolls = 5;

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = await Store.FindAsync(lease.JobId, cancellationToken);
        if (job is not { IsDecided: false } || (job.RunPodId ?? job.HintedRunPodId) is not { } runPodId)
        {
            await StopAsync(lease, job, cancellationToken);
            return;
        }
        var endpointId = job.RunPodEndpointId ?? runPod.EndpointId;
        switch (await runPod.StatusAsync(endpointId, runPodId, cancellationToken))
        {
            case RunPodStatus.Waiting:
                await WaitAsync(lease, job, progress: null, cancellationToken);
                break;
            case RunPodStatus.Running running:
                await WaitAsync(lease, job, running.Progress ?? 0, cancellationToken);
                break;
            case RunPodStatus.Completed:
                await EndedAsync(
                    job, runPodId, JobStatus.Failed, "The worker reported success without an output.", cancellationToken);
                break;
            case RunPodStatus.Failed failed:
                await EndedAsync(job, runPodId, JobStatus.Failed, failed.Reason, cancellationToken);
                break;
            case RunPodStatus.Cancelled:
                await EndedAsync(job, runPodId, JobStatus.Cancelled, "The job was cancelled.", cancellationToken);
                break;
            case RunPodStatus.TimedOut:
                await EndedAsync(job, runPodId, JobStatus.TimedOut, "The job took too long.", cancellationToken);
                break;
            case RunPodStatus.NotFound:
                await LostAsync(lease, job, cancellationToken);
                break;
            case RunPodStatus.Unreachable unreachable:
                LogUnreachable(job.JobId, unreachable.Reason);
                await UnreachableAsync(lease, job, unreachable.Reason, cancellationToken);
                break;
        }
    }

    /// <summary>Nothing to poll: the job has ended, or a callback named no RunPod job. Then storage decides.</summary>
    private async Task StopAsync(Lease lease, Job? job, CancellationToken cancellationToken)
    {
        var output = job is { IsDecided: false } ? await outputs.FindAsync(job, cancellationToken) : null;
        await Store.UpdateAsync(
            lease.JobId,
            locked =>
            {
                if (output is not null)
                {
                    locked.Complete(output);
                }
                if (locked.HasLease(lease))
                {
                    locked.Remove(IntentKind.Poll);
                }
            },
            cancellationToken);
    }

    /// <summary>Still queued or running; <paramref name="progress"/> is null while it is queued.</summary>
    private async Task WaitAsync(Lease lease, Job job, int? progress, CancellationToken cancellationToken)
    {
        var started = job.StartedAt ?? (progress is null ? null : Now);
        var isOver = started is { } start
            ? Now > start + Options.ExecutionDeadline(job.PaidSeconds)
            : job.SubmittedAt is { } submitted && Now > submitted + Options.QueueTimeout;
        if (isOver)
        {
            await TimeOutAsync(job, cancellationToken);
            return;
        }
        var checkOutput = job.HintedRunPodId is not null || (lease.Attempts >= QuietPolls && started is not null);
        if (checkOutput && await TryCompleteAsync(job, runPodId: null, cancellationToken))
        {
            return;
        }
        await Store.UpdateAsync(lease.JobId, locked => Continue(locked, lease, progress), cancellationToken);
    }

    private void Continue(LockedJob locked, Lease lease, int? progress)
    {
        if (!locked.HasLease(lease))
        {
            return;
        }
        Adopt(locked, locked.Job.RunPodId ?? locked.Job.HintedRunPodId);
        var version = locked.Job.Version;
        if (progress is { } percent)
        {
            locked.Job.Run(percent, locked.Now);
        }
        var quiet = locked.Job.Version == version ? lease.Attempts + 1 : 0;
        locked.Reschedule(lease, PollDelay(quiet), quiet);
    }

    private async Task LostAsync(Lease lease, Job job, CancellationToken cancellationToken)
    {
        if (await TryCompleteAsync(job, runPodId: null, cancellationToken))
        {
            return;
        }
        if (job.RunPodId is null)
        {
            // The callback named a job that RunPod does not have: ignore it.
            await Store.UpdateAsync(
                lease.JobId,
                locked =>
                {
                    if (locked.HasLease(lease))
                    {
                        locked.Job.SetHint(null);
                        locked.Remove(IntentKind.Poll);
                    }
                },
                cancellationToken);
        }
        else if (lease.WaitingSince is not { } since)
        {
            await RescheduleAsync(lease, PollDelay(0), lease.Attempts, Now);
        }
        else if (Now < since + TimeSpan.FromSeconds(Options.LostGraceSeconds))
        {
            await RescheduleAsync(lease, PollDelay(QuietPolls), lease.Attempts, since);
        }
        else
        {
            await EndAsync(job, job.RunPodId, JobStatus.Failed, "The job was lost.", cancellationToken);
        }
    }

    private async Task UnreachableAsync(Lease lease, Job job, string reason, CancellationToken cancellationToken)
    {
        if (job.SubmittedAt is { } submitted && Now > submitted + Options.Lifetime(job.PaidSeconds))
        {
            await TimeOutAsync(job, cancellationToken);
            return;
        }
        if (await TryCompleteAsync(job, runPodId: null, cancellationToken))
        {
            return;
        }
        var attempts = lease.Attempts + 1;
        await RescheduleAsync(lease, PollDelay(attempts), attempts, lease.WaitingSince, reason);
    }

    /// <summary>RunPod reports an end. Whichever it is, the output decides.</summary>
    private async Task EndedAsync(Job job, string runPodId, JobStatus outcome, string error, CancellationToken cancellationToken)
    {
        if (!await TryCompleteAsync(job, runPodId, cancellationToken))
        {
            await EndAsync(job, runPodId, outcome, error, cancellationToken);
        }
    }

    /// <summary>A deadline of ours has passed; the job completes all the same when its output exists.</summary>
    private async Task TimeOutAsync(Job job, CancellationToken cancellationToken)
    {
        if (!await TryCompleteAsync(job, runPodId: null, cancellationToken))
        {
            await EndAsync(job, runPodId: null, JobStatus.TimedOut, "The job took too long.", cancellationToken);
        }
    }

    /// <summary>Completes the job when its output is in storage; false when there is none.</summary>
    private async Task<bool> TryCompleteAsync(Job job, string? runPodId, CancellationToken cancellationToken)
    {
        if (await outputs.FindAsync(job, cancellationToken) is not { } output)
        {
            return false;
        }
        await Store.UpdateAsync(
            job.JobId,
            locked =>
            {
                Adopt(locked, runPodId);
                locked.Complete(output);
            },
            cancellationToken);
        return true;
    }

    private Task EndAsync(
        Job job, string? runPodId, JobStatus outcome, string error, CancellationToken cancellationToken) => Store.UpdateAsync(
        job.JobId,
        locked =>
        {
            Adopt(locked, runPodId);
            if (locked.End(outcome, error) && runPodId is null && locked.Job.RunPodId is not null)
            {
                // Ended by our own deadline: RunPod may still be running it.
                locked.Add(IntentKind.Cancel);
            }
        },
        cancellationToken);

    /// <summary>Stores the RunPod id: a submission without an answer has arrived after all.</summary>
    private void Adopt(LockedJob locked, string? runPodId)
    {
        locked.Job.SetHint(null);
        if (runPodId is not null && !locked.Job.IsDecided)
        {
            locked.Job.MarkSubmitted(runPod.EndpointId, runPodId, locked.Now);
            locked.Remove(IntentKind.Dispatch);
        }
    }

    private static TimeSpan PollDelay(int quietPolls) =>
        JobsOptions.Jitter(TimeSpan.FromSeconds(Math.Min(Math.Pow(1.5, quietPolls), MaxPollSeconds)));

    [LoggerMessage(LogLevel.Information, "The status of job {JobId} could not be read from RunPod: {Reason}")]
    private partial void LogUnreachable(Guid jobId, string reason);
}
