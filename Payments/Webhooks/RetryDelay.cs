namespace ReelBallers.Payments;

/// <summary>How long a failed event waits: twice as long each time, up to an hour, for about three days, as Stripe does.</summary>
internal static class RetryDelay
{
    /// <summary>After so many attempts an event is left to an operator.</summary>
    public const int MaxAttempts = 80;

    private static readonly TimeSpan Max = TimeSpan.FromHours(1);

    /// <param name="attempts">How many there were; 1 or more.</param>
    /// <param name="jitter">0 to 1: takes up to a quarter off, so that what failed together does not come back together.</param>
    public static TimeSpan After(int attempts, double jitter)
    {
        var delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Clamp(attempts - 1, 0, 12)));
        return (delay > Max ? Max : delay) * (1 - (0.25 * jitter));
    }
}
