namespace ReelBallers.Jobs;

/// <summary>Where a job is: its status and, once it is decided, its outcome.</summary>
internal enum JobState
{
    /// <summary>Accepted, its hold not confirmed; its user does not see it.</summary>
    Created,

    /// <summary>Its cost is held; waiting for a worker.</summary>
    Queued,
    Running,

    /// <summary>Given up before its hold was confirmed; a hold that was placed is being released.</summary>
    Abandoned,

    /// <summary>It has delivered, and its charge is being made.</summary>
    Completing,

    /// <summary>Decided, and its refund is being made; so are the two below.</summary>
    Failing,
    Cancelling,
    TimingOut,
    Completed,
    Failed,
    Cancelled,
    TimedOut,

    /// <summary>Nothing was ever held for it: its rows are gone.</summary>
    Deleted,
}

internal static class JobStates
{
    public static string ToText(this JobState state) => state switch
    {
        JobState.Created => "created",
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Abandoned => "abandoned",
        JobState.Completing => "completing",
        JobState.Failing => "failing",
        JobState.Cancelling => "cancelling",
        JobState.TimingOut => "timing_out",
        JobState.Completed => "completed",
        JobState.Failed => "failed",
        JobState.Cancelled => "cancelled",
        JobState.TimedOut => "timed_out",
        JobState.Deleted => "deleted",
    };

    public static JobState Of(JobStatus status, JobStatus? outcome, bool isHeld) =>
        outcome is not null && !isHeld && !status.IsFinal() ? JobState.Abandoned : Of(status, outcome);

    private static JobState Of(JobStatus status, JobStatus? outcome) => (status, outcome) switch
    {
        (JobStatus.Completed, _) => JobState.Completed,
        (JobStatus.Failed, _) => JobState.Failed,
        (JobStatus.Cancelled, _) => JobState.Cancelled,
        (JobStatus.TimedOut, _) => JobState.TimedOut,
        (_, JobStatus.Completed) => JobState.Completing,
        (_, JobStatus.Failed) => JobState.Failing,
        (_, JobStatus.Cancelled) => JobState.Cancelling,
        (_, JobStatus.TimedOut) => JobState.TimingOut,
        (JobStatus.Created, _) => JobState.Created,
        (JobStatus.Queued, _) => JobState.Queued,
        (JobStatus.Running, _) => JobState.Running,
    };

    /// <summary>What its user is shown in this state; null where it does not change with it.</summary>
    public static JobStatus? Status(this JobState state) => state switch
    {
        JobState.Created => JobStatus.Created,
        JobState.Queued => JobStatus.Queued,
        JobState.Running => JobStatus.Running,
        JobState.Completed => JobStatus.Completed,
        JobState.Failed => JobStatus.Failed,
        JobState.Cancelled => JobStatus.Cancelled,
        JobState.TimedOut => JobStatus.TimedOut,
        JobState.Abandoned or JobState.Completing or JobState.Failing or JobState.Cancelling or JobState.TimingOut
            or JobState.Deleted => null,
    };

    /// <summary>How the job ends, once that is decided.</summary>
    public static JobStatus? Outcome(this JobState state) => state switch
    {
        JobState.Created or JobState.Queued or JobState.Running or JobState.Deleted => null,
        JobState.Completing or JobState.Completed => JobStatus.Completed,
        JobState.Abandoned or JobState.Failing or JobState.Failed => JobStatus.Failed,
        JobState.Cancelling or JobState.Cancelled => JobStatus.Cancelled,
        JobState.TimingOut or JobState.TimedOut => JobStatus.TimedOut,
    };
}
