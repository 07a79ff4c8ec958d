using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace ReelBallers.Wallet;

/// <summary>Reads times from requests.</summary>
internal static partial class TimeInput
{
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

    /// <summary>Parses an RFC 3339 time with date, time of day and offset.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out instant);
    }

    /// <summary>Reads a protobuf time; false when it is malformed or outside of the years 1 to 9999.</summary>
    public static bool TryRead(Timestamp timestamp, out DateTimeOffset instant)
    {
        instant = default;
        if (timestamp.Seconds is < MinSeconds or > MaxSeconds || timestamp.Nanos is < 0 or > 999_999_999)
        {
            return false;
        }
        instant = timestamp.ToDateTimeOffset();
        return true;
    }

    /// <summary>
    /// Rounds up to whole microseconds, the precision of the ledger's times, so that comparisons with &lt; stay correct.
    /// (The database driver would truncate.)
    /// </summary>
    public static DateTimeOffset RoundUpToMicrosecond(this DateTimeOffset instant)
    {
        var beyond = instant.Ticks % TimeSpan.TicksPerMicrosecond;
        return beyond == 0 || instant > DateTimeOffset.MaxValue.AddTicks(-TimeSpan.TicksPerMicrosecond)
            ? instant
            : instant.AddTicks(TimeSpan.TicksPerMicrosecond - beyond);
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rfc3339();
}
