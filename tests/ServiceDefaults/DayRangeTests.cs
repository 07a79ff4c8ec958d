namespace ReelBallers.ServiceDefaults.Tests;

public class DayRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 30, 0, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(null, null, "2026-01-30 2026-02-28 30")]
    [InlineData("2026-02-28", null, "2026-02-28 2026-02-28 1")]
    [InlineData(null, "2024-03-01", "2024-02-01 2024-03-01 30")]
    [InlineData("2024-02-28", "2024-03-01", "2024-02-28 2024-03-01 3")]
    [InlineData("2026-01-01", "2026-04-02", "2026-01-01 2026-04-02 92")]
    [InlineData("9999-12-30", "9999-12-30", "9999-12-30 9999-12-30 1")]
    public void The_last_thirty_days_of_UTC_are_the_default_and_both_days_belong_to_them(string? from, string? to, string expected)
    {
        var errors = new List<(string, string)>();
        var range = DayRange.Read(from, to, Now, errors)!;
        Assert.Equal(expected, $"{DayRange.ToText(range.First)} {DayRange.ToText(range.Last)} {range.Days.Count()}");
        Assert.Equal((range.First, range.Last), (range.Days.First(), range.Days.Last()));
        Assert.Equal(range.Days.Count(), (range.To - range.From).TotalDays);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (range.From.TimeOfDay, range.From.Offset));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("2026-02-02", "2026-02-01", "to")]
    [InlineData("2026-03-01", null, "to")]
    [InlineData("2026-01-01", "2026-04-03", "to")]
    [InlineData("2026-2-01", "2026-02-01", "from")]
    [InlineData("2026-02-30", "2026-02-01", "from")]
    [InlineData("2026-02-01\0", "2026-02-01", "from")]
    [InlineData("2026-02-01,2026-02-01", null, "from")]
    [InlineData("1999-12-31", "2000-01-01", "from")]
    [InlineData("", "", "to from")]
    [InlineData("9999-12-31", "9999-12-31", "to from")]
    public void Other_days_are_errors_of_their_fields(string? from, string? to, string fields)
    {
        var errors = new List<(string Field, string Message)>();
        Assert.Null(DayRange.Read(from, to, Now, errors));
        Assert.Equal(fields, string.Join(' ', errors.Select(error => error.Field)));
    }

    [Fact]
    public void A_call_between_services_names_both_days()
    {
        Assert.Equal(new DayRange(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 2)), DayRange.Read("2026-02-01", "2026-02-02"));
        Assert.Null(DayRange.Read("", "2026-02-02"));
        Assert.Null(DayRange.Read("2026-02-01", ""));
    }
}
