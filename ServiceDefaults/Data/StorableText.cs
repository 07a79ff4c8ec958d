using System.Diagnostics.CodeAnalysis;

namespace ReelBallers.ServiceDefaults;

/// <summary>Text as PostgreSQL can store it.</summary>
public static class StorableText
{
    /// <summary>Without NUL and lone surrogates, and no longer than that.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text, int maxLength) =>
        text is null ? null : string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0).Take(maxLength));
}
