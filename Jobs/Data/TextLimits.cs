namespace ReelBallers.Jobs;

/// <summary>Shortens text that others wrote to what a column takes.</summary>
internal static class TextLimits
{
    /// <summary>At most that many characters, never half of a surrogate pair.</summary>
    public static string Truncate(string text, int length) =>
        text.Length <= length ? text
        : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
