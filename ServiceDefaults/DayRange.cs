using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>Days of UTC that a report is about, from the first to the last one.</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day, which belongs to them.</param>
public sealed record DayRange(DateOnly First, DateOnly Last)
{
    /// <summary>How many days a report has at most.</summary>
    public const int MaxDays = 92;

    private const int DefaultDays = 30;
    private const string Format = "yyyy-MM-dd";
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    /// <summary>The midnight that the first day begins with; inclusive.</summary>
    public DateTimeOffset From => Midnight(First);

    /// <summary>The midnight that the last day ends with; exclusive.</summary>
    public DateTimeOffset To => Midnight(Last.AddDays(1));

    /// <summary>All days, the oldest first.</summary>
    public IEnumerable<DateOnly> Days =>
        Enumerable.Range(First.DayNumber, Last.DayNumber - First.DayNumber + 1).Select(DateOnly.FromDayNumber);

    /// <summary>
    /// The days of a query: <paramref name="to"/> is today by default, and <paramref name="from"/> is 29 days before it. Null after errors.
    /// </summary>
    public static DayRange? Read(string? from, string? to, DateTimeOffset now, List<(string Field, string Message)> errors)
    {
        var last = to is null ? DateOnly.FromDateTime(now.UtcDateTime) : Parse(to);
        var first = from is null ? last?.AddDays(1 - DefaultDays) : Parse(from);
        if (to is not null && last is null)
        {
            errors.Add(("to", $"must be a day as {Format}"));
        }
        if (from is not null && first is null)
        {
            errors.Add(("from", $"must be a day as {Format}"));
        }
        if (first is not { } start || last is not { } end)
        {
            return null;
        }
        if (start > end)
        {
            errors.Add(("to", "must not be before from"));
            return null;
        }
        if (end.DayNumber - start.DayNumber >= MaxDays)
        {
            errors.Add(("to", $"must be at most {MaxDays - 1} days after from"));
            return null;
        }
        return new DayRange(start, end);
    }

    /// <summary>The days of a call between services, of which none is missing; null when they are malformed or too many.</summary>
    public static DayRange? Read(string first, string last) => Read(first, last, DateTimeOffset.UnixEpoch, []);

    /// <summary>A day in the form that queries and calls have.</summary>
    public static string ToText(DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    // Checked for its length too, since the parser ignores trailing NULs. The last day of all has no midnight after it.
    private static DateOnly? Parse(string text) =>
        text.Length == Format.Length && DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day >= Earliest && day < DateOnly.MaxValue
            ? day : null;

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
