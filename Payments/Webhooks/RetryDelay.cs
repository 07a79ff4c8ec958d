namespace ReelBallers.Payments;

/// <summary>The delay before a failed event is retried: doubled each time, up to an hour, for about three days, like Stripe's.</summary>
internal static class RetryDelay
{
    /// <summary>After this many attempts an operator must act.</summary>
    public const int MaxAttempts = 80;

    private static readonly TimeSpan Max = TimeSpan.FromHours(1);

    /// <param name="attempts">The number of attempts so far; 1 or more.</param>
    /// <param name="jitter">0 to 1: shortens it by up to a quarter, so that events which failed together are not retried together.</param>
    public static TimeSpan After(int attempts, double jitter)
    {
        var delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Clamp(attempts - 1, 0, 12)));
        return (delay > Max ? Max : delay) * (1 - (0.25 * jitter));
    }
}
