using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>
/// Finds the fonts to draw texts with: those of the configured folder; else the machine's own for what it covers, and those of
/// npm for the rest.
/// </summary>
public sealed partial class FontFinder(WorkerOptions options, ILogger<FontFinder> log)
{
    private static readonly string[] Preferred = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf"];

    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<FontFile>? _own;
    private IReadOnlyList<FontFile>? _all;

    /// <summary>Fonts that together cover the texts, in the order in which they are to be used.</summary>
    /// <exception cref="JobFailedException">There are none; the message names the characters.</exception>
    internal async Task<IReadOnlyList<FontFile>> FindAsync(IReadOnlyCollection<string> texts, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Spaces and marks alone need no glyph, but a script must name a font.
            _own ??= options.FontDirectory is { } configured ? InOrder(ReadAll(FilesIn(configured))) : ReadAll(PreferredFile());
            var missing = Missing(texts, _own);
            if (missing is null && _own.Count > 0)
            {
                return _own;
            }

            if (options.FontDirectory is null)
            {
                _all ??= [.. _own, .. await NpmFonts.FetchAsync(Say, cancellationToken)];
                missing = Missing(texts, _all);
            }

            return missing is null && _all is { Count: > 0 }
                ? _all
                : throw new JobFailedException($"a text layer cannot be drawn: the fonts do not have {missing ?? "any character"}");
        }
        catch (NpmException failure)
        {
            NoFonts(log, failure.Message);
            throw new JobFailedException(
                $"a text layer cannot be drawn: the fonts of this machine do not have {Missing(texts, _own ?? [])}");
        }
        finally
        {
            _one.Release();
        }
    }

    private static string? Missing(IEnumerable<string> texts, IReadOnlyList<FontFile> fonts)
    {
        var all = string.Concat(texts.SelectMany(CharacterRanges.Characters)
            .Where(rune => !fonts.Any(font => font.Characters.Contains(rune.Value))));
        return CharacterRanges.Of([]).NameMissing(all);
    }

    /// <summary>The plain font first, and emoji last: their font has digits of its own.</summary>
    private static IReadOnlyList<FontFile> InOrder(IEnumerable<FontFile> fonts) =>
        [.. fonts.OrderBy(font => font.Family.Contains("Emoji", StringComparison.Ordinal)).ThenBy(font => font.Family.Length)];

    private List<FontFile> ReadAll(IEnumerable<string> files)
    {
        var fonts = new List<FontFile>();
        foreach (var file in files)
        {
            try
            {
                fonts.Add(FontFile.Read(file));
            }
            catch (InvalidDataException failure)
            {
                Unreadable(log, Path.GetFileName(file), failure.Message);
            }
        }

        return fonts;
    }

    private static IEnumerable<string> PreferredFile()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] places =
        [
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            Path.Combine(home, ".fonts"),
            Path.Combine(home, ".local", "share", "fonts"),
            "/System/Library/Fonts",
            "/Library/Fonts",
            Environment.GetFolderPath(Environment.SpecialFolder.Fonts),
        ];
        var fonts = places.Where(Directory.Exists).SelectMany(FilesIn).ToArray();
        return Preferred
            .Select(name => fonts.FirstOrDefault(font => Path.GetFileName(font).Equals(name, StringComparison.OrdinalIgnoreCase)))
            .OfType<string>()
            .Take(1);
    }

    private static IEnumerable<string> FilesIn(string place)
    {
        var lenient = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(place, "*", lenient)
            .Where(file => Path.GetExtension(file).ToUpperInvariant() is ".TTF" or ".OTF" or ".TTC")
            .Order(StringComparer.Ordinal);
    }

    private void Say(string message) => Progress(log, message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void Progress(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Texts in other scripts cannot be drawn: {Reason}")]
    private static partial void NoFonts(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The font {File} is not used: {Reason}")]
    private static partial void Unreadable(ILogger log, string file, string reason);
}
