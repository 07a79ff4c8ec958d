using System.Globalization;
using System.Text;

namespace ReelBallers.Storage;

/// <summary>The limits of uploads.</summary>
/// <param name="MaxUploadBytes"><c>Storage:MaxUploadBytes</c>.</param>
/// <param name="SinglePartLimitBytes"><c>Storage:SinglePartLimitBytes</c>: what is larger goes in parts.</param>
/// <param name="PartSizeBytes"><c>Storage:PartSizeBytes</c>.</param>
internal sealed record UploadRules(long MaxUploadBytes, long SinglePartLimitBytes, long PartSizeBytes)
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;
    private const int MaxFilenameLength = 255;

    // R2's limits for the size of a part and of a PUT.
    private const long PartFloorBytes = 5 * MiB;
    private const long PutCeilingBytes = (5 * GiB) - (5 * MiB);

    /// <summary>R2's limit for the number of parts.</summary>
    public const int MaxParts = 10_000;

    /// <summary>How long the URLs of an upload are valid; for an upload in parts, long enough for a slow connection.</summary>
    public static readonly TimeSpan SinglePartLifetime = TimeSpan.FromHours(1);

    /// <inheritdoc cref="SinglePartLifetime"/>
    public static readonly TimeSpan MultipartLifetime = TimeSpan.FromHours(12);

    /// <summary>When an upload that was not completed is removed; its URLs have expired long before.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(24);

    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["video/mp4"] = "mp4",
        ["video/quicktime"] = "mov",
        ["video/webm"] = "webm",
        ["video/x-matroska"] = "mkv",
    };

    /// <summary>The supported content types, for messages.</summary>
    public static string SupportedTypes => string.Join(", ", Extensions.Keys);

    /// <summary>The extension of keys of this content type; null when it is not supported.</summary>
    public static string? ExtensionOf(string contentType) => Extensions.GetValueOrDefault(contentType);

    public bool NeedsParts(long sizeBytes) => sizeBytes > SinglePartLimitBytes;

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

    /// <exception cref="InvalidOperationException">A value is no number, or one that R2 could not do; the message names the key.</exception>
    public static UploadRules From(IConfiguration configuration)
    {
        var rules = new UploadRules(
            Bytes(configuration, "Storage:MaxUploadBytes", 5 * GiB, 1, PartFloorBytes * MaxParts),
            Bytes(configuration, "Storage:SinglePartLimitBytes", 100 * MiB, 1, PutCeilingBytes),
            Bytes(configuration, "Storage:PartSizeBytes", 64 * MiB, PartFloorBytes, PutCeilingBytes));
        return rules.MaxUploadBytes <= rules.PartSizeBytes * MaxParts
            ? rules
            : throw new InvalidOperationException($"Storage:MaxUploadBytes would need more than {MaxParts} parts of Storage:PartSizeBytes.");
    }

    private static long Bytes(IConfiguration configuration, string key, long otherwise, long min, long max)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return otherwise;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new InvalidOperationException($"{key} is '{text}', which is not a number of bytes from {min} to {max}.");
    }
}
