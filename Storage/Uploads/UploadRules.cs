using System.Globalization;
using System.Text;

namespace ReelBallers.Storage;

/// <summary>The fixed rules of uploads.</summary>
internal static class UploadRules
{
    private const int MaxFilenameLength = 255;

    /// <summary>R2's limit for the number of parts.</summary>
    public const int MaxParts = 10_000;

    /// <summary>How long the URLs of an upload are valid; for an upload in parts, long enough for a slow connection.</summary>
    public static readonly TimeSpan SinglePartLifetime = TimeSpan.FromHours(1);

    /// <inheritdoc cref="SinglePartLifetime"/>
    public static readonly TimeSpan MultipartLifetime = TimeSpan.FromHours(12);

    /// <summary>How long a file is kept: an upload from its start, then from its completion; an output from the end of its job.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>The last component of a path, without unprintable characters, and of limited length.</summary>
    public static string CleanFilename(string filename, string otherwise)
    {
        var name = filename[(filename.LastIndexOfAny(['/', '\\']) + 1)..];
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune != Rune.ReplacementChar
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned)
                && text.Length + rune.Utf16SequenceLength <= MaxFilenameLength)
            {
                text.Append(rune);
            }
        }

        var clean = text.ToString().Trim().Trim('.');
        return clean.Length == 0 ? otherwise : clean;
    }
}
