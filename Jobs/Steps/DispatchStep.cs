using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// Submits queued jobs to RunPod. What RunPod surely did not take is submitted again, a bounded number of times.
/// A submission without an answer is neither done nor failed: the hold stays, and the callback, or the output in
/// storage, tells. Only when nothing was heard for long is it submitted again, which costs GPU time at worst.
/// </summary>
internal sealed partial class DispatchStep(
    RunPodClient runPod, StorageService.StorageServiceClient storage, JobOutputs outputs, CallbackToken callback,
    IntentLoopParts parts, ILogger<DispatchStep> logger)
    : IntentLoop(IntentKind.Dispatch, concurrency: 32, parts)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnknownPoll = TimeSpan.FromSeconds(5);

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = await Store.FindAsync(lease.JobId, cancellationToken);
        if (job is not { IsDecided: false, RunPodId: null, QueuedAt: { } queuedAt })
        {
            await Store.UpdateAsync(lease.JobId, locked => locked.Remove(IntentKind.Dispatch), cancellationToken);
        }
        else if (lease.WaitingSince is { } since)
        {
            await AwaitNewsAsync(lease, job, since, cancellationToken);
        }
        else if (Now > queuedAt + Options.QueueTimeout)
        {
            await EndAsync(lease, JobStatus.TimedOut, "The job could not be started in time.", "queue timeout", cancellationToken);
        }
        else
        {
            await SubmitAsync(lease, job, cancellationToken);
        }
    }

    private async Task AwaitNewsAsync(Lease lease, Job job, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (await outputs.FindAsync(job, cancellationToken) is { } output)
        {
            await Store.UpdateAsync(lease.JobId, locked => locked.Complete(output), cancellationToken);
        }
        else if (Now < since + TimeSpan.FromSeconds(Options.UnknownWaitSeconds))
        {
            await Queue.RescheduleAsync(lease, JobsOptions.Jitter(UnknownPoll), lease.Attempts, since);
        }
        else
        {
            await TryAgainAsync(lease, "no answer, and nothing heard since", TimeSpan.Zero);
        }
    }

    private async Task SubmitAsync(Lease lease, Job job, CancellationToken cancellationToken)
    {
        if (await SignAsync(job, cancellationToken) is not { } work)
        {
            await EndAsync(lease, JobStatus.Failed, "The source is no longer there.", "upload_not_found", cancellationToken);
            return;
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (!await Queue.MarkSentAsync(lease))
        {
            // Cancelled, or taken over.
            return;
        }
        // From here on neither a shutdown nor the lease's end breaks off: the answer is worth waiting for.
        switch (await runPod.SubmitAsync(RequestFor(job, work), CancellationToken.None))
        {
            case SubmitResult.Accepted accepted:
                await Store.UpdateAsync(job.JobId, locked => Accept(locked, accepted.RunPodId), CancellationToken.None);
                break;
            case SubmitResult.Refused { Retryable: true } refused:
                await TryAgainAsync(lease, refused.Reason, Options.Backoff(lease.Attempts + 1));
                break;
            case SubmitResult.Refused refused:
                await EndAsync(lease, JobStatus.Failed, "The job was refused.", refused.Reason, CancellationToken.None);
                break;
            case SubmitResult.Unknown unknown:
                LogUnknown(job.JobId, unknown.Reason);
                await Queue.RescheduleAsync(lease, JobsOptions.Jitter(UnknownPoll), lease.Attempts, Now, unknown.Reason);
                break;
        }
    }

    private void Accept(LockedJob locked, string runPodId)
    {
        var isFirst = locked.Job.RunPodId is null;
        locked.Job.MarkSubmitted(runPod.EndpointId, runPodId, locked.Now);
        locked.Remove(IntentKind.Dispatch);
        if (!locked.Job.IsDecided)
        {
            // A callback may have come first, and is being followed already.
            if (isFirst)
            {
                locked.Add(IntentKind.Poll, FirstPoll);
            }
        }
        else if (isFirst && locked.Job.Outcome != JobStatus.Completed)
        {
            // Cancelled while it was being submitted.
            locked.Add(IntentKind.Cancel);
        }
    }

    private async Task TryAgainAsync(Lease lease, string reason, TimeSpan delay)
    {
        var attempts = lease.Attempts + 1;
        if (attempts < Options.MaxAttempts)
        {
            LogRefused(lease.JobId, attempts, reason);
            await Queue.RescheduleAsync(lease, delay, attempts, waitingSince: null, reason);
        }
        else
        {
            await EndAsync(lease, JobStatus.Failed, "The job could not be started.", reason, CancellationToken.None);
        }
    }

    private async Task EndAsync(Lease lease, JobStatus outcome, string error, string reason, CancellationToken cancellationToken)
    {
        LogGivenUp(lease.JobId, reason);
        await Store.UpdateAsync(
            lease.JobId,
            locked =>
            {
                // Before the end, which takes only live intents away.
                locked.DeadLetter(IntentKind.Dispatch, reason);
                locked.End(outcome, error);
            },
            cancellationToken);
    }

    private async Task<SignWorkResponse?> SignAsync(Job job, CancellationToken cancellationToken)
    {
        var request = new SignWorkRequest
        {
            UserId = job.UserId.ToString(),
            SourceKey = job.SourceKey,
            JobId = job.JobId.ToString(),
            LifetimeSeconds = Math.Max(60, (long)Options.Lifetime(job.PaidSeconds).TotalSeconds),
        };
        try
        {
            return await storage.SignWorkAsync(request, cancellationToken: cancellationToken);
        }
        catch (RpcException exception) when (exception.ErrorCode() == "upload_not_found")
        {
            return null;
        }
    }

    private RunPodRequest RequestFor(Job job, SignWorkResponse work) => new(
        new RunPodInput(
            job.Type.ToWire(), work.SourceUrl, work.OutputBucket, work.OutputKey, work.OutputUrl,
            job.Work.CropKeyframes, job.Work.OverlayLayers, job.Work.UpscaleModel, job.Work.TargetResolution, job.PaidSeconds),
        callback.UrlFor(job.JobId),
        new RunPodPolicy(
            (long)Options.ExecutionTimeout(job.PaidSeconds).TotalMilliseconds,
            (long)Math.Max(Options.Lifetime(job.PaidSeconds).TotalMilliseconds, 10_000)));

    [LoggerMessage(LogLevel.Warning, "RunPod's answer to job {JobId} never came ({Reason}): its fate is unknown")]
    private partial void LogUnknown(Guid jobId, string reason);

    [LoggerMessage(LogLevel.Warning, "RunPod did not take job {JobId} at attempt {Attempt}: {Reason}")]
    private partial void LogRefused(Guid jobId, int attempt, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} is given up before it ran: {Reason}")]
    private partial void LogGivenUp(Guid jobId, string reason);
}
