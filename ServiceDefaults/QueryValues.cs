using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Reads query parameters that handlers take as text, so that a wrong value is reported by its field. A repeated
/// parameter arrives joined by commas and is therefore a wrong value.
/// </summary>
public static class QueryValues
{
    /// <summary>The length of a page: digits only, from 1 to <paramref name="max"/>.</summary>
    /// <param name="text">The parameter <c>limit</c>; null when it is absent.</param>
    /// <param name="otherwise">The length when it is absent, or when it is wrong.</param>
    /// <param name="max">The greatest length.</param>
    /// <param name="errors">Receives an entry for <c>limit</c> when the value is wrong.</param>
    public static int Limit(string? text, int otherwise, int max, List<(string Field, string Message)> errors)
    {
        if (text is null)
        {
            return otherwise;
        }
        // What is no digit is asked for by itself: the parser overlooks NULs at the end.
        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max)
        {
            return limit;
        }
        errors.Add(("limit", $"must be an integer from 1 to {max}"));
        return otherwise;
    }
}
