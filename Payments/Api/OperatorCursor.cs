using System.Globalization;
using System.Text;

namespace ReelBallers.Payments;

/// <summary>The cursor of an operator's list: the time and the id of the last item of a page.</summary>
internal static class OperatorCursor
{
    private const int MaxLength = 2_000;

    public static string Of(DateTimeOffset at, string id) => Convert.ToBase64String(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}:{id}")));

    /// <summary>False when it is not the cursor of a page; an empty one is the beginning.</summary>
    public static bool TryRead(string cursor, out (DateTimeOffset At, string Id)? after)
    {
        after = null;
        if (cursor.Length == 0)
        {
            return true;
        }
        var bytes = new byte[cursor.Length];
        if (cursor.Length > MaxLength || !Convert.TryFromBase64String(cursor, bytes, out var length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var ticks, { Length: > 0 } id]
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTimeOffset.MaxValue.Ticks
            || id.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }
        after = (new DateTimeOffset(at, TimeSpan.Zero), id);
        return true;
    }
}
