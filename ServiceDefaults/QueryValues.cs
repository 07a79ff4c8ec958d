using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Reads query parameters that handlers take as strings, so that errors are reported per field. A repeated parameter
/// arrives joined by commas and is therefore invalid.
/// </summary>
public static class QueryValues
{
    /// <summary>The page size: digits only, from 1 to <paramref name="max"/>.</summary>
    /// <param name="text">The parameter <c>limit</c>; null when it is missing.</param>
    /// <param name="otherwise">The result when it is missing or invalid.</param>
    /// <param name="max">The maximum.</param>
    /// <param name="errors">Receives an error for <c>limit</c> when the value is invalid.</param>
    public static int Limit(string? text, int otherwise, int max, List<(string Field, string Message)> errors)
    {
        if (text is null)
        {
            return otherwise;
        }
        // Checked separately, since the parser ignores trailing NULs.
        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max)
        {
            return limit;
        }
        errors.Add(("limit", $"must be an integer from 1 to {max}"));
        return otherwise;
    }
}
