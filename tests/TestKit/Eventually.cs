namespace ReelBallers.TestKit;

/// <summary>Waits for what happens by itself.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Polls until the condition holds; fails with <paramref name="what"/> when it does not within two minutes.</summary>
    public static Task IsTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null) =>
        BecomesAsync(condition, holds => holds, what, patience);

    /// <summary>Polls until the value is as wanted, and gives it.</summary>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> read, Func<T, bool> wanted, string what, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var value = await read();
            if (wanted(value))
            {
                return value;
            }
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? Patience))
            {
                throw new TimeoutException($"Not within {patience ?? Patience}: {what}. Last seen: {value}");
            }
            await Task.Delay(50);
        }
    }
}
