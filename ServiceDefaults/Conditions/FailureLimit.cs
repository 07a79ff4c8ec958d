namespace ReelBallers.ServiceDefaults;

/// <summary>How many have ended, and how many of them have failed.</summary>
/// <param name="All">All that have ended.</param>
/// <param name="Failed">Those that have failed.</param>
public readonly record struct FailureCount(long All, long Failed);

/// <summary>
/// When failures are too many. Where much happens, the share in a window decides. Where little happens, so does the share among the latest
/// of a day, and most of a few are enough: each with some failures at least, since one or two happen by chance.
/// </summary>
/// <param name="Percent">The share that is still accepted.</param>
/// <param name="Enough">From how many on the share of a window decides.</param>
/// <param name="FewAtLeast">How many a few are at least.</param>
/// <param name="FailuresAtLeast">How many of fewer than <paramref name="Enough"/>, or of the latest, must have failed.</param>
public sealed record FailureLimit(int Percent, long Enough, long FewAtLeast, long FailuresAtLeast)
{
    /// <summary>How old the latest may be that count where little happens.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether the share of the window decides alone.</summary>
    public bool IsEnough(FailureCount window) => window.All >= Enough;

    /// <summary>Whether too many of a window have failed.</summary>
    public bool IsExceededIn(FailureCount window) => IsEnough(window) ? IsAbovePercent(window) : AreMost(window);

    /// <summary>Whether too many of the latest have failed: as many as are enough, or fewer if there were no more in a day.</summary>
    public bool IsExceededAmong(FailureCount latest) =>
        IsEnough(latest) ? latest.Failed >= FailuresAtLeast && IsAbovePercent(latest) : AreMost(latest);

    private bool AreMost(FailureCount few) =>
        few.All >= FewAtLeast && few.Failed >= FailuresAtLeast && few.Failed * 2 > few.All && IsAbovePercent(few);

    private bool IsAbovePercent(FailureCount count) => count.Failed * 100 > count.All * Percent;
}
