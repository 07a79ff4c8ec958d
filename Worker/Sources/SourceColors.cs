namespace ReelBallers.Worker;

/// <summary>How the numbers of a picture are meant, in ffmpeg's names. What a file does not say is guessed as players do.</summary>
internal sealed record SourceColors(string Matrix, string Primaries, string Transfer, string Range)
{
    public static SourceColors Bt709 { get; } = new("bt709", "bt709", "bt709", "tv");

    private const int LinesOfHighDefinition = 720;

    /// <summary>Brighter than a standard screen: PQ or HLG.</summary>
    public bool IsHdr => Transfer is "smpte2084" or "arib-std-b67";

    public bool IsRgb => Matrix == "gbr";

    /// <summary>Its red, green and blue are not those of BT.709, so that a change of matrix would not be enough.</summary>
    public bool HasWideGamut => Primaries is "bt2020" or "smpte431" or "smpte432"
        || Matrix is "bt2020nc" or "bt2020c" or "ictcp" or "ycgco" or "chroma-derived-nc" or "chroma-derived-c";

    public static SourceColors Of(ProbeStream stream)
    {
        var format = new PixelFormat(stream.PixFmt ?? "");
        if (format.IsRgb)
        {
            return Bt709 with
            {
                Matrix = "gbr",
                Range = "pc",
                Primaries = Said(stream.ColorPrimaries) ?? "bt709",
                Transfer = Said(stream.ColorTransfer) ?? "bt709",
            };
        }

        var transfer = Said(stream.ColorTransfer);
        var primaries = Said(stream.ColorPrimaries);
        var isWide = transfer is "smpte2084" or "arib-std-b67" || primaries == "bt2020";
        var matrix = Said(stream.ColorSpace)
            ?? (isWide ? "bt2020nc" : stream.Height < LinesOfHighDefinition ? "smpte170m" : "bt709");
        return new SourceColors(
            matrix,
            primaries ?? (isWide || matrix is "bt2020nc" or "bt2020c" ? "bt2020" : "bt709"),
            transfer ?? "bt709",
            format.IsFullRange || stream.ColorRange == "pc" ? "pc" : "tv");
    }

    private static string? Said(string? tag) => tag is null or "" or "unknown" or "unspecified" or "reserved" or "gbr" ? null : tag;
}
