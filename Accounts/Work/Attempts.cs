namespace ReelBallers.Accounts;

/// <summary>Attempts of tasks that are repeated until they succeed.</summary>
internal static class Attempts
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPostDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstMailDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPostDelay = TimeSpan.FromHours(1);

    /// <summary>Of a call of our own services: from a second up to <paramref name="longest"/>, a fifth of it more or less.</summary>
    public static TimeSpan DelayAfter(int attempt, TimeSpan longest) => DelayAfter(attempt, FirstDelay, factor: 2, longest);

    /// <summary>
    /// Of what is sent outside, and of what waits for a person: 5, 20 and 80 seconds and so on up to an hour, a fifth of it more or less.
    /// </summary>
    public static TimeSpan PostDelayAfter(int attempt) => DelayAfter(attempt, FirstPostDelay, factor: 4, LongestPostDelay);

    /// <summary>
    /// Of a mail: a minute, a quarter of an hour and then an hour, so that three attempts survive a short outage; of one with a link that
    /// somebody waits for 5 seconds, 2 minutes and then an hour. A fifth of it more or less.
    /// </summary>
    public static TimeSpan MailDelayAfter(int attempt, bool isAwaited) => isAwaited
        ? DelayAfter(attempt, FirstPostDelay, factor: 24, LongestPostDelay)
        : DelayAfter(attempt, FirstMailDelay, factor: 15, LongestPostDelay);

    /// <summary>Carries out a step; null when it succeeds. The stop of the service is no failure: it is thrown.</summary>
    public static async Task<Exception?> FailureAsync(Func<Task> step, CancellationToken stoppingToken)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            return exception;
        }
    }

    private static TimeSpan DelayAfter(int attempt, TimeSpan first, int factor, TimeSpan longest)
    {
        var seconds = Math.Min(first.TotalSeconds * Math.Pow(factor, attempt - 1), longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
