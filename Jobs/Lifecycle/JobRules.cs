namespace ReelBallers.Jobs;

/// <summary>Which status may follow which.</summary>
internal static class JobRules
{
    public static bool Allows(JobStatus from, JobStatus to) => from switch
    {
        JobStatus.Created => to is JobStatus.Queued or JobStatus.Failed or JobStatus.Cancelled,
        // Straight to completed: a short job is over before anybody has seen it run.
        JobStatus.Queued => to is JobStatus.Running || to.IsFinal(),
        JobStatus.Running => to.IsFinal(),
        JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut => false,
    };
}
