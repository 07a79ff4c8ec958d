namespace ReelBallers.Wallet;

/// <summary>What totals are summed over. Both begin at midnight UTC.</summary>
internal enum Period
{
    Day,
    Month,
}

/// <summary>What came or went for one reason in one period.</summary>
/// <param name="PeriodStart">Midnight UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="ChangeCents">The sum; negative when the balance fell.</param>
/// <param name="EntryCount">Of how many lines of the statement.</param>
internal sealed record PeriodTotal(DateTimeOffset PeriodStart, EntryReason Reason, long ChangeCents, long EntryCount);

/// <summary>A span of time to sum over.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Period">In steps of what.</param>
internal sealed record TotalsRange(DateTimeOffset From, DateTimeOffset To, Period Period)
{
    private const int DaysMax = 400;
    private const int YearsMax = 10;

    /// <summary>What is wrong with <see cref="To"/>; null when nothing is.</summary>
    public string? Error()
    {
        if (To <= From)
        {
            return "must be later than from";
        }
        return Period switch
        {
            Period.Day => To - From > TimeSpan.FromDays(DaysMax) ? $"must be at most {DaysMax} days after from" : null,
            Period.Month => From.Year + YearsMax <= DateTimeOffset.MaxValue.Year && To > From.AddYears(YearsMax)
                ? $"must be at most {YearsMax} years after from"
                : null,
        };
    }
}
