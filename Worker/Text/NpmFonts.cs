namespace ReelBallers.Worker;

/// <summary>
/// The fonts that every worker can draw with, from npm: Latin, Greek, Cyrillic and Devanagari, Chinese and Japanese, Korean, Arabic,
/// Hebrew, Thai, and emoji in one colour. <c>covered-characters.txt</c> lists what they cover.
/// </summary>
internal static class NpmFonts
{
    private static readonly (string Package, string Version, string File)[] Fonts =
    [
        ("noto-sans", "0.4.2", "400Regular/NotoSans_400Regular.ttf"),
        ("noto-sans-arabic", "0.4.3", "400Regular/NotoSansArabic_400Regular.ttf"),
        ("noto-sans-hebrew", "0.4.1", "400Regular/NotoSansHebrew_400Regular.ttf"),
        ("noto-sans-thai", "0.4.2", "400Regular/NotoSansThai_400Regular.ttf"),
        ("noto-sans-devanagari", "0.4.1", "400Regular/NotoSansDevanagari_400Regular.ttf"),
        ("noto-sans-sc", "0.4.3", "400Regular/NotoSansSC_400Regular.ttf"),
        ("noto-sans-kr", "0.4.3", "400Regular/NotoSansKR_400Regular.ttf"),
        ("noto-emoji", "0.4.7", "400Regular/NotoEmoji_400Regular.ttf"),
    ];

    /// <summary>The packages with their versions; the worker's image has them too.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Fonts.Select(font => $"@expo-google-fonts/{font.Package}@{font.Version}")];

    private static readonly NpmPackages Packages = new("fonts-1", "fonts (100 MB)", Names);

    /// <exception cref="NpmException">They cannot be downloaded.</exception>
    public static async Task<IReadOnlyList<FontFile>> FetchAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = await Packages.FetchAsync(progress, cancellationToken);
        return [.. Fonts.Select(font => FontFile.Read(Path.Combine(folder, "@expo-google-fonts", font.Package, font.File)))];
    }
}
