namespace ReelBallers.Jobs;

/// <summary>How long a job may take, and how often things are tried.</summary>
internal sealed class JobsOptions : IValidOptions
{
    // RunPod keeps no job longer than this, and R2 signs no URL for longer.
    private const int SevenDaysSeconds = 7 * 24 * 3600;

    /// <summary>From acceptance to the start of the work; later it ends as timed_out.</summary>
    public int QueueTimeoutSeconds { get; init; } = 1800;

    /// <summary>The work may take this long, and <see cref="ExecutionSecondsPerSecond"/> more for each second of video.</summary>
    public int ExecutionBaseSeconds { get; init; } = 600;

    public int ExecutionSecondsPerSecond { get; init; } = 10;

    /// <summary>How long after the execution timeout RunPod may take to say so itself.</summary>
    public int ExecutionGraceSeconds { get; init; } = 15;

    /// <summary>
    /// How long to listen for a job whose submission was never answered before it is submitted once more. A second
    /// run of the same job writes the same output and is charged once, so this only weighs patience against GPU time.
    /// </summary>
    public int UnknownWaitSeconds { get; init; } = 120;

    /// <summary>How long a job that RunPod does not know any more may take to show its output.</summary>
    public int LostGraceSeconds { get; init; } = 30;

    /// <summary>When a job that is still <c>created</c> is given up: whoever asked for it has no answer and asks again.</summary>
    public int AbandonAfterSeconds { get; init; } = 30;

    /// <summary>How long one replica may work on one intent before another takes it over.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>How often a job is submitted before it is given up.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; doubled with each further one.</summary>
    public double BackoffSeconds { get; init; } = 1;

    public TimeSpan QueueTimeout => TimeSpan.FromSeconds(QueueTimeoutSeconds);

    /// <summary>Until when, after its creation, the hold of a job may still be asked for.</summary>
    public TimeSpan HoldWindow => TimeSpan.FromSeconds(AbandonAfterSeconds * 2 / 3);

    public TimeSpan AbandonAfter => TimeSpan.FromSeconds(AbandonAfterSeconds);

    public TimeSpan ExecutionTimeout(int paidSeconds) =>
        TimeSpan.FromSeconds(ExecutionBaseSeconds + ((long)ExecutionSecondsPerSecond * paidSeconds));

    public TimeSpan ExecutionDeadline(int paidSeconds) => ExecutionTimeout(paidSeconds) + TimeSpan.FromSeconds(ExecutionGraceSeconds);

    /// <summary>The longest that a submitted job can live, and so its URLs.</summary>
    public TimeSpan Lifetime(int paidSeconds) => QueueTimeout + ExecutionDeadline(paidSeconds);

    public TimeSpan Backoff(int attempts) => Jitter(TimeSpan.FromSeconds(BackoffSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 10))));

    /// <summary>Spread over ±25 %, so that what failed together does not come back together.</summary>
    public static TimeSpan Jitter(TimeSpan delay) => delay * (0.75 + (Random.Shared.NextDouble() / 2));

    public void Validate()
    {
        Require(QueueTimeoutSeconds, 1, nameof(QueueTimeoutSeconds));
        Require(ExecutionBaseSeconds, 5, nameof(ExecutionBaseSeconds));
        Require(ExecutionSecondsPerSecond, 0, nameof(ExecutionSecondsPerSecond));
        Require(ExecutionGraceSeconds, 0, nameof(ExecutionGraceSeconds));
        Require(UnknownWaitSeconds, 1, nameof(UnknownWaitSeconds));
        Require(LostGraceSeconds, 0, nameof(LostGraceSeconds));
        Require(AbandonAfterSeconds, 3, nameof(AbandonAfterSeconds));
        Require(LeaseSeconds, 5, nameof(LeaseSeconds));
        Require(MaxAttempts, 1, nameof(MaxAttempts));
        if (!(BackoffSeconds is > 0 and <= 600))
        {
            throw new InvalidOperationException("Jobs:BackoffSeconds must be above 0 and at most 600.");
        }
    }

    /// <summary>Whether the longest job that can be bought fits into RunPod's limits.</summary>
    public bool Fits(int paidSeconds) => Lifetime(paidSeconds).TotalSeconds <= SevenDaysSeconds;

    private static void Require(int value, int least, string name)
    {
        if (value < least || value > SevenDaysSeconds)
        {
            throw new InvalidOperationException($"Jobs:{name} must be {least} to {SevenDaysSeconds}.");
        }
    }
}
