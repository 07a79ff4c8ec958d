namespace ReelBallers.Jobs;

/// <summary>The status of a job, as its user sees it.</summary>
internal enum JobStatus
{
    /// <summary>Accepted, its hold not yet confirmed.</summary>
    Created,

    /// <summary>Its cost is held; waiting for a worker.</summary>
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
    TimedOut,
}

internal static class JobStatuses
{
    public static string ToWire(this JobStatus status) => status switch
    {
        JobStatus.Created => "created",
        JobStatus.Queued => "queued",
        JobStatus.Running => "running",
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        JobStatus.TimedOut => "timed_out",
    };

    public static JobStatus? TryParse(string text) =>
        Enum.GetValues<JobStatus>().Cast<JobStatus?>().SingleOrDefault(status => status!.Value.ToWire() == text);

    public static JobStatus Parse(string text) => TryParse(text) ?? throw new FormatException($"Not a job status: {text}");

    public static bool IsFinal(this JobStatus status) => status switch
    {
        JobStatus.Created or JobStatus.Queued or JobStatus.Running => false,
        JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut => true,
    };
}
