namespace ReelBallers.Accounts;

/// <summary>When a delivery is tried again: ten attempts in a little more than three days.</summary>
internal static class WebhookSchedule
{
    /// <summary>The longest <c>Retry-After</c> that is heeded.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    // Up to a tenth more, so that what has failed together is not tried again together.
    private const double Jitter = 0.1;

    /// <summary>How many attempts are made.</summary>
    public static int MaxAttempts => Delays.Length + 1;

    /// <summary>The time from a failed attempt to the next one; null after the last one.</summary>
    /// <param name="attempt">From 1.</param>
    /// <param name="retryAfter">What the endpoint has asked for; zero for nothing.</param>
    public static TimeSpan? DelayAfter(int attempt, TimeSpan retryAfter)
    {
        if (attempt >= MaxAttempts)
        {
            return null;
        }
        var delay = Delays[attempt - 1] * (1 + (Jitter * Random.Shared.NextDouble()));
        var asked = Bounded(retryAfter);
        return asked > delay ? asked : delay;
    }

    /// <summary>What is heeded of a <c>Retry-After</c>.</summary>
    public static TimeSpan Bounded(TimeSpan retryAfter) => retryAfter < LongestRetryAfter ? retryAfter : LongestRetryAfter;
}
