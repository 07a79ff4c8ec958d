using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// Submits queued jobs to RunPod. A rejected submission is repeated, up to a limit. After a submission without an answer
/// the fate of the job is unknown: the hold stays, and the callback or the output in storage decides. Without either, the
/// job is submitted again after a while, which at worst costs GPU time.
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
            await CheckUnansweredSubmissionAsync(lease, job, since, cancellationToken);
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

    private async Task CheckUnansweredSubmissionAsync(Lease lease, Job job, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (await outputs.FindAsync(job, cancellationToken) is { } output)
        {
            await Store.UpdateAsync(lease.JobId, locked => locked.Complete(output), cancellationToken);
        }
        else if (Now < since + TimeSpan.FromSeconds(Options.UnknownWaitSeconds))
        {
            await RescheduleAsync(lease, JobsOptions.Jitter(UnknownPoll), lease.Attempts, since);
        }
        else
        {
            await RetryAsync(lease, "no answer, and no callback or output since", TimeSpan.Zero);
        }
    }

    private async Task SubmitAsync(Lease lease, Job job, CancellationToken cancellationToken)
    {
        var (work, rejection) = await SignAsync(job, cancellationToken);
        if (work is null)
        {
            var error = rejection == StorageErrorCodes.SourceChanged
                ? "The source was changed after it was uploaded."
                : "The source is no longer there.";
            await EndAsync(lease, JobStatus.Failed, error, rejection!, cancellationToken);
            return;
        }
        cancellationToken.ThrowIfCancellationRequested();
        var isSent = false;
        await Store.UpdateAsync(lease.JobId, locked => isSent = locked.MarkSent(lease), CancellationToken.None);
        if (!isSent)
        {
            // Cancelled, or taken over.
            return;
        }
        // From here on neither a shutdown nor the end of the lease cancels the call: its answer must not be lost.
        switch (await runPod.SubmitAsync(RequestFor(job, work), CancellationToken.None))
        {
            case SubmitResult.Accepted accepted:
                await Store.UpdateAsync(job.JobId, locked => Accept(locked, accepted.RunPodId), CancellationToken.None);
                break;
            case SubmitResult.Rejected { Retryable: true } rejected:
                await RetryAsync(lease, rejected.Reason, Options.Backoff(lease.Attempts + 1));
                break;
            case SubmitResult.Rejected rejected:
                await EndAsync(lease, JobStatus.Failed, "The job was rejected.", rejected.Reason, CancellationToken.None);
                break;
            case SubmitResult.Unknown unknown:
                LogUnknown(job.JobId, unknown.Reason);
                await RescheduleAsync(lease, JobsOptions.Jitter(UnknownPoll), lease.Attempts, Now, unknown.Reason);
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
            // A callback may have come first; then the job is already polled.
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

    private async Task RetryAsync(Lease lease, string reason, TimeSpan delay)
    {
        var attempts = lease.Attempts + 1;
        if (attempts < Options.MaxAttempts)
        {
            LogRejected(lease.JobId, attempts, reason);
            await RescheduleAsync(lease, delay, attempts, waitingSince: null, reason);
        }
        else
        {
            await EndAsync(lease, JobStatus.Failed, "The job could not be started.", reason, CancellationToken.None);
        }
    }

    private async Task EndAsync(Lease lease, JobStatus outcome, string error, string reason, CancellationToken cancellationToken)
    {
        LogNotDispatched(lease.JobId, reason);
        await Store.UpdateAsync(
            lease.JobId,
            locked =>
            {
                // Before the job ends, which removes only live intents.
                locked.DeadLetter(IntentKind.Dispatch, reason);
                locked.End(outcome, error);
            },
            cancellationToken);
    }

    /// <summary>The links, or why the source cannot be used.</summary>
    private async Task<(SignWorkResponse? Work, string? Rejection)> SignAsync(Job job, CancellationToken cancellationToken)
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
            return (await storage.SignWorkAsync(request, cancellationToken: cancellationToken), null);
        }
        catch (RpcException exception) when (exception.ErrorCode() is StorageErrorCodes.UploadNotFound or StorageErrorCodes.SourceChanged)
        {
            return (null, exception.ErrorCode());
        }
    }

    private RunPodRequest RequestFor(Job job, SignWorkResponse work) => new(
        new RunPodInput(
            job.Type.ToWire(), work.SourceUrl, work.SourceEtag, work.OutputBucket, work.OutputKey, work.OutputUrl, work.ManifestUrl,
            job.Work.CropKeyframes, job.Work.OverlayLayers, job.Work.UpscaleModel, job.Work.TargetResolution, job.PaidSeconds),
        callback.UrlFor(job.JobId),
        new RunPodPolicy(
            (long)Options.ExecutionTimeout(job.PaidSeconds).TotalMilliseconds,
            (long)Math.Max(Options.Lifetime(job.PaidSeconds).TotalMilliseconds, 10_000)));

    [LoggerMessage(LogLevel.Warning, "RunPod did not answer the submission of job {JobId} ({Reason}): its fate is unknown")]
    private partial void LogUnknown(Guid jobId, string reason);

    [LoggerMessage(LogLevel.Warning, "RunPod did not accept job {JobId} at attempt {Attempt}: {Reason}")]
    private partial void LogRejected(Guid jobId, int attempt, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} fails without having run: {Reason}")]
    private partial void LogNotDispatched(Guid jobId, string reason);
}
