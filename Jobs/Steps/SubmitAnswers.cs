using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>Stores how RunPod has answered a submission: taken, not now, rejected, or not at all.</summary>
internal sealed partial class SubmitAnswers(PollTimes polls, IOptions<JobsOptions> options, ILogger<SubmitAnswers> logger)
{
    private readonly JobsOptions _options = options.Value;

    /// <summary>Stores the answer to the submission of a run.</summary>
    public void Record(LockedJob locked, Lease lease, int number, SubmitResult answer)
    {
        switch (answer)
        {
            case SubmitResult.Accepted accepted:
                Accept(locked, number, accepted.RunPodId);
                break;
            case SubmitResult.Unavailable unavailable:
                locked.Runs.Discard(number);
                Wait(locked, lease, unavailable);
                break;
            case SubmitResult.Rejected rejected:
                locked.Runs.Find(number)?.Apply(RunEvent.Rejected, locked.Now);
                End(locked, JobStatus.Failed, "The job was rejected.", rejected.Reason);
                break;
            case SubmitResult.Unknown unknown:
                LogUnknown(locked.Job.JobId, number, unknown.Reason);
                locked.Runs.Find(number)?.Apply(RunEvent.NotAnswered, locked.Now);
                locked.Reschedule(lease, JobsOptions.Jitter(UnansweredRuns.PollInterval), lease.Attempts, error: unknown.Reason);
                break;
        }
    }

    private void Accept(LockedJob locked, int number, string runPodId)
    {
        if (locked.Runs.Find(number) is not { } run)
        {
            return;
        }
        var isNew = run.RunPodId is null;
        run.Identify(runPodId);
        run.Apply(RunEvent.Accepted, locked.Now);
        if (locked.Job.IsDecided)
        {
            // Cancelled while it was being submitted.
            if (run.NeedsCancel)
            {
                locked.Add(IntentKind.Cancel);
            }
            return;
        }
        // A callback may have come first. Then the job is already polled, or the run was lost already and the dispatch is the next one's.
        if (isNew || run.IsOpen)
        {
            locked.Remove(IntentKind.Dispatch);
        }
        if (isNew)
        {
            locked.Add(IntentKind.Poll, polls.First);
        }
    }

    private void Wait(LockedJob locked, Lease lease, SubmitResult.Unavailable answer)
    {
        var attempts = lease.Attempts + 1;
        var delay = _options.Backoff(attempts, answer.RetryAfter);
        // Not beyond the deadline, which ends the job.
        var left = _options.QueueDeadline(locked.Job.QueuedAt!.Value, locked.Runs.All) - locked.Now;
        LogUnavailable(locked.Job.JobId, attempts, answer.Reason);
        locked.Reschedule(lease, left < delay ? left : delay, attempts, error: answer.Reason);
    }

    /// <summary>Ends a job that has no run.</summary>
    public void End(LockedJob locked, JobStatus outcome, string error, string reason)
    {
        if (locked.Job.IsDecided || locked.Runs.AnyOpen)
        {
            return;
        }
        LogNotDispatched(locked.Job.JobId, reason);
        // Before the job ends, which removes only live intents.
        locked.DeadLetter(IntentKind.Dispatch, reason);
        locked.End(outcome, error);
    }

    [LoggerMessage(LogLevel.Warning, "RunPod did not answer run {Run} of job {JobId} ({Reason}): its fate is unknown")]
    private partial void LogUnknown(Guid jobId, int run, string reason);

    [LoggerMessage(LogLevel.Information, "RunPod could not take job {JobId} at attempt {Attempt}: {Reason}")]
    private partial void LogUnavailable(Guid jobId, int attempt, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} fails without having run: {Reason}")]
    private partial void LogNotDispatched(Guid jobId, string reason);
}
