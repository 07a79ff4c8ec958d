namespace ReelBallers.Jobs;

/// <summary>What the status of a run means for its job.</summary>
/// <param name="Number">The run.</param>
/// <param name="RunPodId">The id that was asked for.</param>
/// <param name="Status">RunPod's answer.</param>
/// <param name="End">How the run has ended; null while it is waited for.</param>
internal sealed record RunReading(int Number, string RunPodId, RunPodStatus Status, RunEnd? End)
{
    /// <summary>Whether all of it is stored already.</summary>
    public bool IsOldNews { get; private init; }

    /// <summary>Whether the worker or its machine is to blame for the end, if there is no output.</summary>
    public bool IsCrash => Status switch
    {
        RunPodStatus.Completed => true,
        RunPodStatus.Failed failed => failed.IsProviderFault,
        // Not when it waited for a worker until then.
        RunPodStatus.TimedOut => Status.Usage.ExecutionTimeMs > 0,
        _ => false,
    };

    /// <summary>Whether RunPod knows the run under this id.</summary>
    public bool IsKnown => Status is not (RunPodStatus.NotFound or RunPodStatus.Unreachable);

    /// <summary>Whether the output may be there although RunPod does not say so.</summary>
    public bool NeedsOutput => End is not null || !IsKnown;

    /// <summary>0 to 100; null while no worker runs it.</summary>
    public int? Progress => End is null && Status is RunPodStatus.Running running ? running.Progress ?? 0 : null;

    /// <summary>The same, with what is wrong with the output of a run that says that it has succeeded.</summary>
    public RunReading With(string? problem) => problem is not null && Status is RunPodStatus.Completed && End is { } end
        ? this with { End = end with { Error = $"The worker's result cannot be used: {problem}." } }
        : this;

    /// <param name="job">The job of the run.</param>
    /// <param name="run">As it was before this status.</param>
    /// <param name="status">RunPod's answer.</param>
    /// <param name="missingSince">Since when RunPod has not known a run of the job.</param>
    /// <param name="options">The deadlines.</param>
    /// <param name="now">The time of the answer.</param>
    public static RunReading Of(
        Job job, Run run, RunPodStatus status, DateTimeOffset? missingSince, JobsOptions options, DateTimeOffset now)
    {
        RunEnd? end = status switch
        {
            RunPodStatus.Completed => new(
                RunEvent.Failed, JobStatus.Failed, "The worker reported success without an output.", IsProviderFault: true),
            RunPodStatus.Failed failed => new(RunEvent.Failed, JobStatus.Failed, failed.Reason, failed.IsProviderFault),
            RunPodStatus.Cancelled => new(RunEvent.CancelReported, JobStatus.Cancelled, "The job was cancelled."),
            RunPodStatus.TimedOut => new(RunEvent.TimeoutReported, JobStatus.TimedOut, "The job took too long."),
            RunPodStatus.NotFound when run.RunPodId is not null && now >= missingSince + TimeSpan.FromSeconds(options.LostGraceSeconds) =>
                new(RunEvent.Gone, JobStatus.Failed, "The job was lost.", IsProviderFault: true),
            RunPodStatus.NotFound => null,
            _ when IsOverdue(job, run, status, options, now) =>
                new(RunEvent.DeadlinePassed, JobStatus.TimedOut, "The job took too long."),
            _ => null,
        };
        return new RunReading(run.Number, run.KnownId!, status, end) { IsOldNews = end is null && IsStored(job, run, status) };
    }

    // The times grow with every answer until the run has ended; then they are stored.
    private static bool IsStored(Job job, Run run, RunPodStatus status) => run is { IsOpen: true } && status switch
    {
        RunPodStatus.Unreachable => true,
        RunPodStatus.Waiting => run is { State: RunState.Submitted, RunPodId: not null },
        RunPodStatus.Running { Progress: var progress } =>
            run is { State: RunState.Running, RunPodId: not null } && job.Status == JobStatus.Running
            && (progress ?? 0) <= job.Progress && (status.Usage.WorkerId ?? run.WorkerId) == run.WorkerId,
        _ => false,
    };

    private static bool IsOverdue(Job job, Run run, RunPodStatus status, JobsOptions options, DateTimeOffset now) => status switch
    {
        RunPodStatus.Unreachable => now > run.SubmittedAt + options.Lifetime(job.PaidSeconds),
        _ when run.StartedAt is { } started => now > started + options.ExecutionDeadline(job.PaidSeconds),
        RunPodStatus.Running => false,
        _ => now > run.SubmittedAt + options.QueueTimeout,
    };
}

/// <summary>The end of a run, and what it means for the job if the run does not deliver and no other is open.</summary>
/// <param name="Event">What happened to the run.</param>
/// <param name="Outcome">How the job ends.</param>
/// <param name="Error">Why, for the user.</param>
/// <param name="IsProviderFault">Whether another run may succeed.</param>
internal sealed record RunEnd(RunEvent Event, JobStatus Outcome, string Error, bool IsProviderFault = false);
