namespace ReelBallers.Jobs;

/// <summary>The allowed status transitions.</summary>
internal static class JobRules
{
    public static bool Allows(JobStatus from, JobStatus to) => from switch
    {
        JobStatus.Created => to is JobStatus.Queued or JobStatus.Failed or JobStatus.Cancelled,
        // Directly to completed: a short job can end between two polls.
        JobStatus.Queued => to is JobStatus.Running || to.IsFinal(),
        JobStatus.Running => to.IsFinal(),
        JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut => false,
    };
}
