namespace ReelBallers.Jobs;

/// <summary>Shortens text to the length of a column.</summary>
internal static class TextLimits
{
    /// <summary>At most <paramref name="length"/> characters, without splitting a surrogate pair.</summary>
    public static string Truncate(string text, int length) =>
        text.Length <= length ? text
        : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
