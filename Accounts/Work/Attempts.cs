namespace ReelBallers.Accounts;

/// <summary>Attempts of tasks that are repeated until they succeed.</summary>
internal static class Attempts
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    /// <summary>From a second up to <paramref name="longest"/>, a fifth of it more or less.</summary>
    public static TimeSpan DelayAfter(int attempt, TimeSpan longest)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        return (delay < longest ? delay : longest) * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }

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
}
