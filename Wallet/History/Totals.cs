namespace ReelBallers.Wallet;

/// <summary>The length of the periods of totals, which begin at midnight UTC.</summary>
internal enum Period
{
    Day,
    Month,
}

/// <summary>The change of the balance for one reason in one period.</summary>
/// <param name="PeriodStart">Midnight UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="ChangeCents">The sum; negative when the balance decreased.</param>
/// <param name="EntryCount">The number of entries.</param>
internal sealed record PeriodTotal(DateTimeOffset PeriodStart, EntryReason Reason, long ChangeCents, long EntryCount);

/// <summary>The time range of totals.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Period">The length of a period.</param>
internal sealed record TotalsRange(DateTimeOffset From, DateTimeOffset To, Period Period)
{
    private const int MaxDays = 400;
    private const int MaxYears = 10;

    /// <summary>The error in <see cref="To"/>, if any.</summary>
    public string? Error()
    {
        if (To <= From)
        {
            return "must be later than from";
        }
        return Period switch
        {
            Period.Day => To - From > TimeSpan.FromDays(MaxDays) ? $"must be at most {MaxDays} days after from" : null,
            Period.Month => From.Year + MaxYears <= DateTimeOffset.MaxValue.Year && To > From.AddYears(MaxYears)
                ? $"must be at most {MaxYears} years after from"
                : null,
        };
    }
}
