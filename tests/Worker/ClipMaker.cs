using System.Diagnostics;
using System.Globalization;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>Real clips made by ffmpeg, and the colours of their frames.</summary>
internal static class ClipMaker
{
    private static readonly string Folder = NewFolder();

    private static readonly Lazy<Task<byte[]>> Quadrants = new(() => QuadrantsAsync(rate: 25));
    private static readonly Lazy<Task<byte[]>> SlowQuadrants = new(() => QuadrantsAsync(rate: 5));

    /// <summary>Two seconds of 320x240 with sound: red above left, lime above right, blue below left, white below right.</summary>
    public static Task<byte[]> QuadrantsAsync() => Quadrants.Value;

    /// <summary>The same with a fifth of the frames, for tests of what happens around the work.</summary>
    public static Task<byte[]> SlowQuadrantsAsync() => SlowQuadrants.Value;

    public static async Task<byte[]> MakeAsync(string name, params string[] arguments)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}-{name}");
        await FfmpegAsync([.. arguments, file]);
        return await File.ReadAllBytesAsync(file);
    }

    private static Task<byte[]> QuadrantsAsync(int rate)
    {
        var input = $"size=160x120:rate={rate}:duration=2";
        return MakeAsync(
            "quadrants.mp4",
            "-f", "lavfi", "-i", $"color=red:{input}", "-f", "lavfi", "-i", $"color=lime:{input}",
            "-f", "lavfi", "-i", $"color=blue:{input}", "-f", "lavfi", "-i", $"color=white:{input}",
            "-f", "lavfi", "-i", "sine=duration=2",
            "-filter_complex", "[0][1]hstack[a];[2][3]hstack[b];[a][b]vstack",
            "-map", "4:a", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest");
    }

    public static async Task<Picture> FrameAsync(byte[] video, double seconds, int width, int height)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(file, video);
        var raw = file + ".rgb";
        await FfmpegAsync(
            "-ss", seconds.ToString(CultureInfo.InvariantCulture), "-i", file, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo",
            raw);
        var pixels = await File.ReadAllBytesAsync(raw);
        Assert.Equal(width * height * 3, pixels.Length);
        return new Picture(pixels, width);
    }

    /// <summary>What ffmpeg says of a video.</summary>
    public static async Task<string> DescribeAsync(byte[] video)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(file, video);
        return (await RunAsync(["-hide_banner", "-i", file])).Errors;
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("runpod-clips-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static async Task FfmpegAsync(params string[] arguments)
    {
        var (exitCode, errors) = await RunAsync(["-hide_banner", "-loglevel", "error", "-y", "-nostdin", .. arguments]);
        Assert.True(exitCode == 0, errors);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string[] arguments)
    {
        var ffmpeg = await TestFfmpeg.FindAsync();
        using var process = Process.Start(new ProcessStartInfo(ffmpeg.Path, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }
}

internal sealed class Picture(byte[] pixels, int width)
{
    /// <summary>The name of the plain colour that a pixel is near to.</summary>
    public string ColorAt(int x, int y)
    {
        var at = ((y * width) + x) * 3;
        return (Level(pixels[at]), Level(pixels[at + 1]), Level(pixels[at + 2])) switch
        {
            (1, 0, 0) => "red",
            (0, 1, 0) => "lime",
            (0, 0, 1) => "blue",
            (1, 1, 1) => "white",
            (0, 0, 0) => "black",
            (1, 0, 1) => "magenta",
            _ => $"rgb({pixels[at]},{pixels[at + 1]},{pixels[at + 2]})",
        };
    }

    /// <summary>How many pixels of a rectangle are not of a colour.</summary>
    public int CountOthers(string color, int left, int top, int columns, int rows) =>
        Enumerable.Range(top, rows).Sum(y => Enumerable.Range(left, columns).Count(x => ColorAt(x, y) != color));

    private static int Level(byte value) => value switch
    {
        < 60 => 0,
        > 195 => 1,
        _ => -1,
    };
}
