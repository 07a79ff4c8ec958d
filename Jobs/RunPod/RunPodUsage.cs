namespace ReelBallers.Jobs;

/// <summary>What RunPod reports about the use of a GPU; members that it does not report are null.</summary>
/// <param name="ExecutionTimeMs">How long a worker ran it.</param>
/// <param name="DelayTimeMs">How long it waited for one.</param>
/// <param name="WorkerId">The worker.</param>
/// <param name="CostMicrodollars">In millionths of a dollar; null without a configured price.</param>
internal sealed record RunPodUsage(long? ExecutionTimeMs, long? DelayTimeMs, string? WorkerId, long? CostMicrodollars)
{
    public static RunPodUsage None { get; } = new(null, null, null, null);

    /// <summary>RunPod charges for started seconds.</summary>
    public static long? Cost(long? executionTimeMs, long microdollarsPerSecond) =>
        executionTimeMs is { } milliseconds && microdollarsPerSecond > 0
            ? (milliseconds + 999) / 1000 * microdollarsPerSecond
            : null;
}

/// <summary>How many jobs an endpoint has, and its workers if it reports them.</summary>
internal sealed record RunPodHealth(long InQueue, long InProgress, RunPodWorkers? Workers = null)
{
    /// <summary>Whether it has none, of anybody.</summary>
    public bool IsIdle => InQueue == 0 && InProgress == 0;
}

/// <summary>The workers of an endpoint, by state.</summary>
internal sealed record RunPodWorkers(long Idle, long Running, long Initializing, long Throttled, long Unhealthy)
{
    /// <summary>Those that can take a job, now or soon.</summary>
    public long Able => Idle + Running + Initializing;

    /// <summary>Whether RunPod has no machine for a worker, or its image does not start.</summary>
    public bool IsRefused => Able == 0 && (Throttled > 0 || Unhealthy > 0);
}
