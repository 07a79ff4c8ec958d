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

/// <summary>How many jobs an endpoint has.</summary>
internal sealed record RunPodHealth(long InQueue, long InProgress)
{
    /// <summary>Whether it has none, of anybody.</summary>
    public bool IsIdle => InQueue == 0 && InProgress == 0;
}
