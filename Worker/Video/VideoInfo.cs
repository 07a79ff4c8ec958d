using System.Globalization;
using System.Text.RegularExpressions;

namespace ReelBallers.Worker;

/// <summary>
/// Properties of a video, as ffmpeg reports them after decoding one frame. The size is the displayed one: turned as the recorder was
/// held, with square pixels (odd are stored ones that are not square). The duration is the container's; null when it does not
/// say, as recordings of a browser.
/// </summary>
internal sealed partial record VideoInfo(FrameSize Size, bool HasOddPixels, double FramesPerSecond, double? DurationSeconds)
{
    private const double UsualFramesPerSecond = 30;

    /// <summary>
    /// Reads the report that ffmpeg prints of its input and its output. Its output's size is the displayed one, which the input's is
    /// not when the picture is turned; and every ffmpeg prints it, while ffprobe does not come with all of them.
    /// </summary>
    /// <returns>Null when the report shows no video.</returns>
    public static VideoInfo? Read(string report)
    {
        var outputAt = report.IndexOf("\nOutput #0", StringComparison.Ordinal);
        if (outputAt < 0 || OutputStream().Match(report, outputAt) is not { Success: true } stream)
        {
            return null;
        }

        var width = Number(stream.Groups["width"]);
        var height = Number(stream.Groups["height"]);
        var (sarWidth, sarHeight) = stream.Groups["sarw"].Success ? (Number(stream.Groups["sarw"]), Number(stream.Groups["sarh"]))
            : (1, 1);
        var hasOddPixels = sarWidth > 0 && sarHeight > 0 && sarWidth != sarHeight;
        var shown = hasOddPixels ? Math.Max(2, Math.Round(width * sarWidth / sarHeight / 2) * 2) : width;
        if (shown is < 16 or > 16_384 || height is < 16 or > 16_384)
        {
            return null;
        }

        var fps = stream.Groups["fps"].Success ? Number(stream.Groups["fps"]) : UsualFramesPerSecond;
        return new VideoInfo(
            new FrameSize((int)shown, (int)height),
            hasOddPixels,
            fps is >= 1 and <= 240 ? fps : UsualFramesPerSecond,
            Duration().Match(report) is { Success: true } duration
                ? (Number(duration.Groups["h"]) * 3600) + (Number(duration.Groups["m"]) * 60) + Number(duration.Groups["s"])
                : null);
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ +Stream #0:0.*: Video: .*?, (?<width>[0-9]{1,5})x(?<height>[0-9]{1,5})(?: \[SAR (?<sarw>[0-9]+):(?<sarh>[0-9]+) [^\]]*\])?,(?:.*? (?<fps>[0-9.]+) fps)?", RegexOptions.Multiline)]
    private static partial Regex OutputStream();

    // Two spaces: metadata of the file is printed with more.
    [GeneratedRegex(@"^  Duration: (?<h>[0-9]+):(?<m>[0-9]{2}):(?<s>[0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Duration();
}
