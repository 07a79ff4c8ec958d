using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ReelBallers.TestKit;

/// <summary>Real videos, made and looked at with ffmpeg.</summary>
public static partial class TestVideo
{
    /// <summary>An mp4 whose picture is red on the left half and blue on the right, with a tone.</summary>
    public static Task RedAndBlueAsync(string path, int width, int height, int seconds) => RunAsync(
        "-y",
        "-f", "lavfi", "-i", FormattableString.Invariant($"color=red:size={width / 2}x{height}:rate=15:duration={seconds}"),
        "-f", "lavfi", "-i", FormattableString.Invariant($"color=blue:size={width / 2}x{height}:rate=15:duration={seconds}"),
        "-f", "lavfi", "-i", FormattableString.Invariant($"sine=frequency=440:duration={seconds}"),
        "-filter_complex", "[0:v][1:v]hstack[v]", "-map", "[v]", "-map", "2:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", path);

    /// <summary>The size of the picture in pixels.</summary>
    public static async Task<(int Width, int Height)> SizeAsync(string path)
    {
        var report = await RunAsync("-i", path, "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-");
        var size = PictureSize().Match(report);
        return (int.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture),
            int.Parse(size.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>How many frames of the picture can be decoded; an error in one of them is an exception.</summary>
    public static async Task<int> FramesAsync(string path)
    {
        var report = await RunAsync("-xerror", "-i", path, "-map", "0:v:0", "-f", "null", "-");
        return int.Parse(FrameCount().Matches(report)[^1].Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The colour of the pixel (0 to 255 each) in the frame at that time.</summary>
    public static async Task<(byte Red, byte Green, byte Blue)> PixelAsync(string path, double atSeconds, int x, int y)
    {
        var frame = Path.GetTempFileName();
        try
        {
            await RunAsync("-y", "-ss", atSeconds.ToString(CultureInfo.InvariantCulture), "-i", path, "-frames:v", "1",
                "-vf", FormattableString.Invariant($"crop=1:1:{x}:{y}:exact=1,format=rgb24"), "-f", "rawvideo", frame);
            var pixel = await File.ReadAllBytesAsync(frame);
            return (pixel[0], pixel[1], pixel[2]);
        }
        finally
        {
            File.Delete(frame);
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var ffmpeg = await TestFfmpeg.FindAsync();
        using var process =
            Process.Start(new ProcessStartInfo(ffmpeg.Path, ["-hide_banner", "-nostdin", .. arguments]) { RedirectStandardError = true })!;
        var report = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? report : throw new InvalidOperationException(report);
    }

    [GeneratedRegex(@"Video:.*?, (\d{2,5})x(\d{2,5})")]
    private static partial Regex PictureSize();

    [GeneratedRegex(@"frame=\s*(\d+)")]
    private static partial Regex FrameCount();
}
