namespace ReelBallers.Worker;

/// <summary>
/// Brings a picture of any kind to 8 bits of BT.709 in the displayed size. All that a filter needs to know is said to it: the
/// versions of ffmpeg guess differently.
/// </summary>
internal static class ColorFilters
{
    /// <summary>swscale rounds the faster way unless it is asked not to, which shows in plain areas.</summary>
    public const string Exact = "accurate_rnd+full_chroma_int";

    /// <summary>The light of a white page, in candela per square metre (ITU-R BT.2408); it stays white.</summary>
    private const int DiffuseWhite = 203;

    /// <summary>The brightest light that keeps some detail, as multiples of white (1000 candela per square metre).</summary>
    private const string Brightest = "4.926";

    public static string Tag(SourceColors colors) =>
        $"setparams=range={colors.Range}:color_primaries={colors.Primaries}:color_trc={colors.Transfer}:colorspace={colors.Matrix}";

    public static IEnumerable<string> ToBt709(VideoSource source)
    {
        var colors = source.Colors;
        var target = source.Format.IsQuarterColor && source.Size is { Width: var width, Height: var height } && (width | height) % 2 == 0
            ? "yuv420p"
            : "yuv444p";
        yield return Tag(colors);
        if (source.Format.HasAlpha)
        {
            foreach (var filter in OnBlack(colors))
            {
                yield return filter;
            }

            colors = colors with { Matrix = "gbr", Range = "pc" };
        }

        if (colors.IsHdr || colors.HasWideGamut)
        {
            // Its own scaler needs whole colour samples, which 4:2:0 of an odd size has not.
            yield return colors.IsRgb ? "format=gbrp16le" : "format=yuv444p16le";
            foreach (var filter in colors.IsHdr ? ToneMap : ["zscale=primaries=709:transfer=709:matrix=709:range=limited"])
            {
                yield return filter;
            }

            // Said here: what comes next would otherwise be given RGB, and make BT.601 of it.
            yield return "format=yuv444p";
            yield return Resize(source);
        }
        else
        {
            var isDone = !source.Format.HasAlpha && colors is { Matrix: "bt709", Range: "tv" } && source.Format.Name == target;
            yield return Resize(source) + (isDone ? "" : Convert(colors));
        }

        yield return $"format={target}";
        yield return $"pad={source.Size.Width}:{source.Size.Height}:(ow-iw)/2:(oh-ih)/2:black";
        yield return "setsar=1";
        yield return Tag(SourceColors.Bt709);
    }

    /// <summary>
    /// To the displayed size. A recording that changes its size on the way (a telephone that is turned, a video call) keeps its
    /// proportions, with bars.
    /// </summary>
    private static string Resize(VideoSource source)
    {
        var (width, height) = (source.Size.Width, source.Size.Height);
        return $"scale={width}:{height}:flags=bicubic+{Exact}"
            + (source.HasSquarePixels ? ":force_original_aspect_ratio=decrease" : "")
            + (source.HasSquarePixels && (width | height) % 2 == 0 ? ":force_divisible_by=2" : "");
    }

    private static readonly string[] ToneMap =
    [
        $"zscale=transfer=linear:npl={DiffuseWhite}",
        "format=gbrpf32le",
        "zscale=primaries=709",
        $"tonemap=tonemap=mobius:param=0.98:peak={Brightest}:desat=0",
        "zscale=transfer=709:matrix=709:range=limited",
    ];

    private static string Convert(SourceColors colors) =>
        (colors.IsRgb ? "" : $":in_color_matrix={ScaleName(colors.Matrix)}:in_range={colors.Range}")
        + ":out_color_matrix=bt709:out_range=tv";

    private static IEnumerable<string> OnBlack(SourceColors colors)
    {
        yield return colors.IsRgb
            ? $"scale=flags={Exact}"
            : $"scale=in_color_matrix={ScaleName(colors.Matrix)}:in_range={colors.Range}:out_range=pc:flags={Exact}";
        yield return "format=gbrap";
        yield return "premultiply=inplace=1";
        yield return "format=gbrp";
    }

    private static string ScaleName(string matrix) => matrix switch
    {
        "bt709" or "fcc" or "smpte240m" or "smpte170m" => matrix,
        "bt470bg" => "bt470",
        "bt2020nc" or "bt2020c" => "bt2020",
        _ => "bt709",
    };
}
