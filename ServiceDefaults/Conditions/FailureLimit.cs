namespace ReelBallers.ServiceDefaults;

/// <summary>How many have ended, and how many of them have failed.</summary>
/// <param name="All">All that have ended.</param>
/// <param name="Failed">Those that have failed.</param>
/// <param name="First">When the first of them failed; of no meaning when none has.</param>
public sealed record FailureCount(long All, long Failed, DateTimeOffset First);

/// <summary>
/// When failures are too many. Where much happens, the share in a window decides. Where little happens, so does the share among the latest
/// of a day, and most of a few are enough: each with some failures at least, since one or two happen by chance.
/// </summary>
/// <param name="What">What fails, as the condition says: <c>jobs</c>.</param>
/// <param name="Percent">The share that is still accepted.</param>
/// <param name="WindowMinutes">The window.</param>
/// <param name="Enough">From how many on the share of the window decides.</param>
/// <param name="FewAtLeast">How many a few are at least.</param>
/// <param name="FailuresAtLeast">How many of fewer than <paramref name="Enough"/>, or of the latest, must have failed.</param>
public sealed record FailureLimit(string What, int Percent, int WindowMinutes, long Enough, long FewAtLeast, long FailuresAtLeast)
{
    // How old the latest may be that count where little happens.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The condition, if too many have failed.</summary>
    /// <param name="now">The end of the window.</param>
    /// <param name="countSince">Counts what has ended since a time.</param>
    /// <param name="countLatest">Counts the latest of it, <see cref="Enough"/> at most.</param>
    public async Task<IReadOnlyList<OpenCondition>> FindAsync(
        DateTimeOffset now, Func<DateTimeOffset, Task<FailureCount>> countSince, Func<DateTimeOffset, Task<FailureCount>> countLatest)
    {
        var window = await countSince(now - TimeSpan.FromMinutes(WindowMinutes));
        if (IsExceededIn(window))
        {
            return [Told($"{window.Failed} of {window.All} {What} have failed in {WindowMinutes} minutes", window)];
        }
        if (IsEnough(window))
        {
            return [];
        }
        var latest = await countLatest(now - Longest);
        return IsExceededAmong(latest) ? [Told($"{latest.Failed} of the last {latest.All} {What} of a day have failed", latest)] : [];
    }

    private OpenCondition Told(string text, FailureCount counted) => new(What, $"{text}, more than {Percent} %.", counted.First);

    private bool IsEnough(FailureCount counted) => counted.All >= Enough;

    private bool IsExceededIn(FailureCount window) => IsEnough(window) ? IsAbovePercent(window) : AreMost(window);

    // As many as are enough, or fewer if there were no more in a day.
    private bool IsExceededAmong(FailureCount latest) =>
        IsEnough(latest) ? latest.Failed >= FailuresAtLeast && IsAbovePercent(latest) : AreMost(latest);

    private bool AreMost(FailureCount few) =>
        few.All >= FewAtLeast && few.Failed >= FailuresAtLeast && few.Failed * 2 > few.All && IsAbovePercent(few);

    private bool IsAbovePercent(FailureCount count) => count.Failed * 100 > count.All * Percent;
}
