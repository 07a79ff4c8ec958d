namespace ReelBallers.Worker;

/// <summary>The font that text layers are drawn with.</summary>
internal static class Fonts
{
    private static readonly string[] Preferred = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf"];

    private static readonly Lazy<string?> First = new(Find);

    /// <summary>The path of a TrueType font of this machine, or null.</summary>
    public static string? Default => First.Value;

    private static string? Find()
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
        var lenient = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            MatchCasing = MatchCasing.CaseInsensitive
        };
        var fonts = places.Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, "*.ttf", lenient)).ToArray();
        return Preferred
            .Select(name => fonts.FirstOrDefault(font => Path.GetFileName(font).Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(font => font is not null) ?? fonts.FirstOrDefault();
    }
}
