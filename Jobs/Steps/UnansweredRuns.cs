using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>What has become of a submission without an answer.</summary>
internal abstract record UnansweredCheck
{
    private UnansweredCheck()
    {
    }

    internal sealed record Waiting : UnansweredCheck;

    internal sealed record Delivered(JobOutput Output) : UnansweredCheck;

    /// <summary>RunPod does not have it, or it is no longer waited for.</summary>
    internal sealed record Over(RunEvent Event) : UnansweredCheck;
}

/// <summary>
/// Finds out what has become of a submission without an answer: its output, an endpoint that has no job at all, or its
/// deadline. Its callback is handled elsewhere.
/// </summary>
internal sealed partial class UnansweredRuns(
    RunPodClient runPod, JobOutputs outputs, IOptions<JobsOptions> options, IOptions<RunPodOptions> runPodOptions, TimeProvider time,
    ILogger<UnansweredRuns> logger)
{
    /// <summary>How often it is looked at, about.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    public async Task<UnansweredCheck> CheckAsync(
        Job job, IReadOnlyList<Run> runs, Run run, CancellationToken cancellationToken)
    {
        var isOverdue = time.GetUtcNow() - run.SubmittedAt > options.Value.UnansweredDeadline(job.PaidSeconds);
        // Before the output: what finishes in between is found there.
        var isGone = !isOverdue && await IsGoneAsync(run, cancellationToken);
        if (await outputs.FindAsync(job, runs, cancellationToken) is { } output)
        {
            return new UnansweredCheck.Delivered(output);
        }
        return isGone ? new UnansweredCheck.Over(RunEvent.Gone)
            : isOverdue ? new UnansweredCheck.Over(RunEvent.GivenUp)
            : new UnansweredCheck.Waiting();
    }

    /// <summary>Stores what the check has found.</summary>
    public void Record(LockedJob locked, Lease lease, int number, UnansweredCheck check)
    {
        var run = locked.Runs.Find(number);
        switch (check)
        {
            case UnansweredCheck.Delivered delivered:
                locked.Complete(delivered.Output);
                break;
            case UnansweredCheck.Waiting:
                run?.Apply(RunEvent.NotAnswered, locked.Now);
                locked.Reschedule(lease, JobsOptions.Jitter(PollInterval), lease.Attempts);
                break;
            // Unless its answer has come in the meantime.
            case UnansweredCheck.Over over when run?.RunPodId is null:
                LogGivenUp(locked.Job.JobId, number, over.Event);
                run?.Apply(over.Event, locked.Now);
                locked.Reschedule(
                    lease, options.Value.Backoff(lease.Attempts + 1), lease.Attempts + 1,
                    error: "no answer, and no callback or output since");
                break;
        }
    }

    /// <summary>An endpoint without any job does not have this one either, once it has had the time to take it in.</summary>
    public async Task<bool> IsGoneAsync(Run run, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - run.SubmittedAt;
        var patience = TimeSpan.FromSeconds(options.Value.GoneAfterSeconds);
        if (run.State == RunState.Submitting)
        {
            // Its call may still be under way.
            patience += TimeSpan.FromSeconds(runPodOptions.Value.TimeoutSeconds);
        }
        return age > patience && await runPod.HealthAsync(run.EndpointId, cancellationToken) is { IsIdle: true };
    }

    [LoggerMessage(LogLevel.Warning, "Run {Run} of job {JobId} had no answer and is given up ({End})")]
    private partial void LogGivenUp(Guid jobId, int run, RunEvent end);
}
