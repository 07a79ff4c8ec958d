using System.Text.RegularExpressions;

namespace ReelBallers.Accounts;

/// <summary>
/// An e-mail address in the form in which it is stored and compared: without surrounding white space and in lower case. The accepted
/// addresses are those of HTML's <c>input type=email</c> with a domain of two labels or more; they are ASCII, so that none of them looks
/// like another and none can add a header to a mail.
/// </summary>
internal static partial class EmailAddress
{
    /// <summary>The maximum length of an address in SMTP (RFC 5321, with the erratum 1690).</summary>
    public const int MaxLength = 254;

    private const int MaxLocalLength = 64;
    private const string Label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    /// <summary>The normalized address; null when the text is not one.</summary>
    public static string? Normalize(string? text)
    {
        // Bounded before anything else looks at it.
        if (text is null || text.Length > 2 * MaxLength)
        {
            return null;
        }
        var address = text.Trim(' ').ToLowerInvariant();
        return address.Length <= MaxLength && address.IndexOf('@', StringComparison.Ordinal) <= MaxLocalLength && Pattern().IsMatch(address)
            ? address
            : null;
    }

    /// <summary>The address as it is shown to those who may not know it: <c>j…@example.com</c>.</summary>
    public static string Mask(string address) => $"{address[0]}…{address[address.IndexOf('@', StringComparison.Ordinal)..]}";

    [GeneratedRegex(
        @"\A[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@" + Label + @"(?:\." + Label + @")+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
