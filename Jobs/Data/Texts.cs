namespace ReelBallers.Jobs;

/// <summary>Texts of others, made fit to be kept.</summary>
internal static class Texts
{
    /// <summary>At most that many characters, never half of one.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text
        : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
