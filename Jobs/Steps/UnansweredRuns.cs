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
internal sealed class UnansweredRuns(
    RunPodClient runPod, JobOutputs outputs, IOptions<JobsOptions> options, IOptions<RunPodOptions> runPodOptions, TimeProvider time)
{
    public async Task<UnansweredCheck> CheckAsync(Job job, Run run, CancellationToken cancellationToken)
    {
        var isOverdue = time.GetUtcNow() - run.SubmittedAt > options.Value.UnansweredDeadline(job.PaidSeconds);
        // Before the output: what finishes in between is found there.
        var isGone = !isOverdue && await IsGoneAsync(run, cancellationToken);
        if (await outputs.FindAsync(job, cancellationToken) is { } output)
        {
            return new UnansweredCheck.Delivered(output);
        }
        return isGone ? new UnansweredCheck.Over(RunEvent.Gone)
            : isOverdue ? new UnansweredCheck.Over(RunEvent.GivenUp)
            : new UnansweredCheck.Waiting();
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
}
