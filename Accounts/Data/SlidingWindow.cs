using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>A limit of rows in a window that ends now. The caller has a lock, so that two requests are not both the last one.</summary>
internal static class SlidingWindow
{
    /// <returns>Null below the limit; at it, the time until the oldest of the rows that fill the window leaves it.</returns>
    public static async Task<TimeSpan?> PauseAsync(
        IQueryable<DateTimeOffset> times, int limit, TimeSpan window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - window;
        var newest = await times.Where(time => time > since).OrderByDescending(time => time).Take(limit).ToListAsync(cancellationToken);
        return newest.Count < limit ? null : newest[^1] + window - now;
    }

    /// <summary>The longer of two pauses; null when no limit is reached.</summary>
    public static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one > other || other is null ? one : other;
}
