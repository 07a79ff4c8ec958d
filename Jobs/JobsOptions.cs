using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Timeouts and retries of jobs.</summary>
internal sealed class JobsOptions : IValidatedOptions
{
    // The maximum lifetime of a RunPod job and of a signed R2 URL.
    private const int SevenDaysSeconds = 7 * 24 * 3600;

    private static readonly TimeSpan UrlMargin = TimeSpan.FromMinutes(15);

    /// <summary>From acceptance to the start of the work; then the job ends as timed_out.</summary>
    public int QueueTimeoutSeconds { get; init; } = 1800;

    /// <summary>The execution timeout, plus <see cref="ExecutionSecondsPerSecond"/> for each second of video.</summary>
    public int ExecutionBaseSeconds { get; init; } = 600;

    public int ExecutionSecondsPerSecond { get; init; } = 10;

    /// <summary>How long after the execution timeout RunPod may take to report it.</summary>
    public int ExecutionGraceSeconds { get; init; } = 15;

    /// <summary>
    /// Added to the execution deadline: how long a callback or an output is waited for after a submission without an answer,
    /// before the job is submitted again.
    /// </summary>
    public int UnknownWaitSeconds { get; init; } = 120;

    /// <summary>How old such a submission must be before an idle endpoint proves that RunPod does not have it.</summary>
    public int GoneAfterSeconds { get; init; } = 5;

    /// <summary>
    /// How many runs of a job may end by a fault of RunPod or of a worker's machine, and how many submissions may be given up
    /// without knowing their fate; then it fails.
    /// </summary>
    public int MaxRuns { get; init; } = 3;

    /// <summary>
    /// How many attempts at a step in a row may fail by what is neither an outage nor another service's error; then an operator gets it.
    /// </summary>
    public int MaxFaults { get; init; } = 20;

    /// <summary>How long to wait for the output of a job that RunPod no longer knows.</summary>
    public int LostGraceSeconds { get; init; } = 30;

    /// <summary>When a submitted job is asked about for the first time; its callback usually comes before.</summary>
    public int FirstPollSeconds { get; init; } = 10;

    /// <summary>From one poll of a job to the next, while it changes.</summary>
    public int PollSeconds { get; init; } = 10;

    /// <summary>The longest time from one poll of a job to the next, unless the rate limits of RunPod need a longer one.</summary>
    public int MaxPollSeconds { get; init; } = 60;

    /// <summary>How many jobs of a user may be open at the same time.</summary>
    public int MaxOpenJobsPerUser { get; init; } = 1000;

    /// <summary>How long after the latest possible end of its job a hold expires; outages may delay the end by that much.</summary>
    public int HoldMarginSeconds { get; init; } = 6 * 3600;

    /// <summary>When a job that is still <c>created</c> is abandoned: its caller got no answer and repeats the request.</summary>
    public int AbandonAfterSeconds { get; init; } = 30;

    /// <summary>How long a replica may work on an intent before another takes over.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>The longest delay before the second attempt; doubled with each further attempt.</summary>
    public double BackoffSeconds { get; init; } = 1;

    /// <summary>The longest delay before any attempt.</summary>
    public double MaxBackoffSeconds { get; init; } = 30;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>How long a completed job stays in the work tables before it moves to the history.</summary>
    public int KeepCompletedDays { get; init; } = 7;

    /// <summary>The same for a job that did not complete, or that an operator has to correct.</summary>
    public int KeepFailedDays { get; init; } = 30;

    /// <summary>No job is in the history before it is as old as this.</summary>
    public TimeSpan ShortestKeep => TimeSpan.FromDays(Math.Min(KeepCompletedDays, KeepFailedDays));

    public TimeSpan QueueTimeout => TimeSpan.FromSeconds(QueueTimeoutSeconds);

    /// <summary>How long after its creation the hold of a job may still be placed.</summary>
    public TimeSpan HoldWindow => TimeSpan.FromSeconds(AbandonAfterSeconds * 2 / 3);

    public TimeSpan AbandonAfter => TimeSpan.FromSeconds(AbandonAfterSeconds);

    public TimeSpan ExecutionTimeout(int paidSeconds) =>
        TimeSpan.FromSeconds(ExecutionBaseSeconds + ((long)ExecutionSecondsPerSecond * paidSeconds));

    public TimeSpan ExecutionDeadline(int paidSeconds) => ExecutionTimeout(paidSeconds) + TimeSpan.FromSeconds(ExecutionGraceSeconds);

    /// <summary>How long a submission without an answer is waited for.</summary>
    public TimeSpan UnansweredDeadline(int paidSeconds) => ExecutionDeadline(paidSeconds) + TimeSpan.FromSeconds(UnknownWaitSeconds);

    /// <summary>Of the signed URLs: the worker may start at the last moment, and its upload takes a while.</summary>
    public TimeSpan UrlLifetime(int paidSeconds) => Lifetime(paidSeconds) + UrlMargin;

    /// <summary>The maximum lifetime of a submitted job.</summary>
    public TimeSpan Lifetime(int paidSeconds) => QueueTimeout + ExecutionDeadline(paidSeconds);

    /// <summary>
    /// From acceptance to the expiry of the hold: accepted, then as many runs as there may be, each submitted at the last moment and
    /// run to its last deadline.
    /// </summary>
    public TimeSpan HoldLifetime(int paidSeconds) => AbandonAfter + TimeSpan.FromSeconds(HoldMarginSeconds)
        + (MaxRuns * (QueueTimeout + Lifetime(paidSeconds) + TimeSpan.FromSeconds((long)UnknownWaitSeconds + LostGraceSeconds)));

    /// <summary>When a job that waits for a worker is given up: it waits since it was accepted, or since its last run was lost.</summary>
    public DateTimeOffset QueueDeadline(DateTimeOffset queuedAt, IEnumerable<Run> runs) => QueuedSince(queuedAt, runs) + QueueTimeout;

    /// <summary>Since when the job waits for its next run: the last fault of the provider counts as a new beginning.</summary>
    public static DateTimeOffset QueuedSince(DateTimeOffset queuedAt, IEnumerable<Run> runs) =>
        runs.Where(run => run.IsLostAtRunPod).Select(run => run.EndedAt!.Value).Append(queuedAt).Max();

    /// <summary>
    /// Exponential with full jitter, so that what failed together is not retried together; never before the time that RunPod asked for.
    /// </summary>
    public TimeSpan Backoff(int attempts, TimeSpan? retryAfter = null) => (retryAfter ?? TimeSpan.Zero)
        + FullJitter(TimeSpan.FromSeconds(Math.Min(BackoffSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)), MaxBackoffSeconds)));

    /// <summary>Between zero and the delay.</summary>
    public static TimeSpan FullJitter(TimeSpan delay) => delay * Random.Shared.NextDouble();

    /// <summary>Adds ±25 %, so that what failed together is not retried together.</summary>
    public static TimeSpan Jitter(TimeSpan delay) => delay * (0.75 + (Random.Shared.NextDouble() / 2));

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(QueueTimeoutSeconds), QueueTimeoutSeconds, 1, SevenDaysSeconds);
        errors.Range(nameof(ExecutionBaseSeconds), ExecutionBaseSeconds, 5, SevenDaysSeconds);
        errors.Range(nameof(ExecutionSecondsPerSecond), ExecutionSecondsPerSecond, 0, SevenDaysSeconds);
        errors.Range(nameof(ExecutionGraceSeconds), ExecutionGraceSeconds, 0, SevenDaysSeconds);
        errors.Range(nameof(UnknownWaitSeconds), UnknownWaitSeconds, 1, SevenDaysSeconds);
        errors.Range(nameof(GoneAfterSeconds), GoneAfterSeconds, 1, SevenDaysSeconds);
        errors.Range(nameof(MaxRuns), MaxRuns, 1, 100);
        errors.Range(nameof(MaxFaults), MaxFaults, 1, 1000);
        errors.Range(nameof(LostGraceSeconds), LostGraceSeconds, 0, SevenDaysSeconds);
        errors.Range(nameof(FirstPollSeconds), FirstPollSeconds, 1, 600);
        errors.Range(nameof(PollSeconds), PollSeconds, 1, 600);
        errors.Range(nameof(MaxPollSeconds), MaxPollSeconds, PollSeconds, 3600);
        errors.Range(nameof(MaxOpenJobsPerUser), MaxOpenJobsPerUser, 1, 100_000);
        errors.Range(nameof(KeepCompletedDays), KeepCompletedDays, 1, 3650);
        errors.Range(nameof(KeepFailedDays), KeepFailedDays, 1, 3650);
        errors.Range(nameof(HoldMarginSeconds), HoldMarginSeconds, 60, SevenDaysSeconds);
        errors.Range(nameof(AbandonAfterSeconds), AbandonAfterSeconds, 3, SevenDaysSeconds);
        errors.Range(nameof(LeaseSeconds), LeaseSeconds, 5, SevenDaysSeconds);
        CheckBackoff(errors, nameof(BackoffSeconds), BackoffSeconds);
        CheckBackoff(errors, nameof(MaxBackoffSeconds), MaxBackoffSeconds);
    }

    private static void CheckBackoff(OptionsErrors errors, string name, double seconds)
    {
        // NaN must fail too.
        if (!(seconds is > 0 and <= 600))
        {
            errors.Add(name, $"is {seconds}. Set it to a number above 0 and at most 600.");
        }
    }

    /// <summary>Whether a job of this length fits into RunPod's limits.</summary>
    public bool Fits(int paidSeconds) => UrlLifetime(paidSeconds).TotalSeconds <= SevenDaysSeconds;
}
