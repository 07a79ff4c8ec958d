using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>What ffprobe says of a clip, and measures of its picture and sound.</summary>
internal sealed class ClipFacts(byte[] clip, JsonElement report)
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("clip-facts-").FullName;

    public JsonElement? Video => Stream("video");

    public JsonElement? Audio => Stream("audio");

    /// <summary>The types of all streams, in their order.</summary>
    public string[] Streams => [.. report.GetProperty("streams").EnumerateArray().Select(stream => Text(stream, "codec_type"))];

    public int Frames => int.Parse(Text(Video!.Value, "nb_read_frames"), CultureInfo.InvariantCulture);

    public double Duration => double.Parse(Text(report.GetProperty("format"), "duration"), CultureInfo.InvariantCulture);

    public string FrameRate => Text(Video!.Value, "avg_frame_rate");

    /// <summary>What the picture asks of a player: 31 for 3.1, which is 1280x720 at 30 frames a second.</summary>
    public int Level => Video!.Value.GetProperty("level").GetInt32();

    /// <summary>Range, matrix, transfer and primaries as they are tagged, and the pixel format.</summary>
    public string Colors => string.Join(' ', new[] { "color_range", "color_space", "color_transfer", "color_primaries", "pix_fmt" }
        .Select(name => Text(Video!.Value, name)));

    public static async Task<ClipFacts> OfAsync(byte[] clip)
    {
        var file = await WriteAsync(clip);
        var json = await ProbeAsync("-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", file);
        File.Delete(file);
        return new ClipFacts(clip, JsonDocument.Parse(json.Output).RootElement);
    }

    /// <summary>When each frame is shown, in seconds.</summary>
    public async Task<double[]> TimesAsync()
    {
        var file = await WriteAsync(clip);
        var lines = await ProbeAsync(
            "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0", file);
        File.Delete(file);
        return [.. lines.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => double.Parse(line.TrimEnd(','), CultureInfo.InvariantCulture))];
    }

    /// <summary>The mean of luma, blue and red difference of a rectangle (<c>w:h:x:y</c>) in the first frame, as stored.</summary>
    public async Task<(double Y, double U, double V)> MeansAsync(string rectangle)
    {
        var output = await ShowAsync("-vf", $"crop={rectangle},signalstats,metadata=print:file=-", "-frames:v", "1");
        double Value(string name) => double.Parse(
            output.Split('\n').First(line => line.StartsWith($"lavfi.signalstats.{name}=", StringComparison.Ordinal)).Split('=')[1],
            CultureInfo.InvariantCulture);
        return (Value("YAVG"), Value("UAVG"), Value("VAVG"));
    }

    /// <summary>The mean luma of each frame, as stored.</summary>
    public async Task<double[]> BrightnessAsync()
    {
        var output = await ShowAsync("-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-", "-fps_mode", "passthrough");
        return [.. output.Split('\n')
            .Where(line => line.StartsWith("lavfi.signalstats.YAVG=", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split('=')[1], CultureInfo.InvariantCulture))];
    }

    /// <summary>The loudest sample between two times, in decibels.</summary>
    public async Task<double> LoudestAsync(double from, double to)
    {
        var range = FormattableString.Invariant($"atrim={from}:{to}");
        var output = await ShowAsync("-af", $"{range},volumedetect", "-vn");
        var line = output.Split('\n').Single(line => line.Contains("max_volume", StringComparison.Ordinal));
        return double.Parse(line.Split("max_volume:")[1].Replace("dB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>What ffmpeg's detector counts: interlaced and progressive frames.</summary>
    public async Task<(int Interlaced, int Progressive)> InterlacingAsync()
    {
        var output = await ShowAsync("-vf", "idet", "-an");
        // One report for each time the filter was set up.
        var reports = output.Split('\n')
            .Where(line => line.Contains("Multi frame detection", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        int Sum(string word) =>
            reports.Sum(words => int.Parse(words[Array.IndexOf(words, word) + 1], CultureInfo.InvariantCulture));
        return (Sum("TFF:") + Sum("BFF:"), Sum("Progressive:"));
    }

    /// <summary>How alike the frames of two clips are, in decibels (PSNR of the first frame's worst plane; infinite when equal).</summary>
    public static async Task<double> SimilarityAsync(byte[] one, byte[] other) =>
        (await CompareAsync("psnr", one, other))
            .Where(word => word.StartsWith("psnr_", StringComparison.Ordinal))
            .Min(word => word.EndsWith("inf", StringComparison.Ordinal)
                ? double.PositiveInfinity : double.Parse(word.Split(':')[1], CultureInfo.InvariantCulture));

    /// <summary>The structural similarity (SSIM) of the first frames of two clips; 1 when equal.</summary>
    public static async Task<double> StructuralSimilarityAsync(byte[] one, byte[] other) =>
        double.Parse(
            (await CompareAsync("ssim", one, other)).Single(word => word.StartsWith("All:", StringComparison.Ordinal)).Split(':')[1],
            CultureInfo.InvariantCulture);

    private static async Task<string[]> CompareAsync(string filter, byte[] one, byte[] other)
    {
        var (first, second) = (await WriteAsync(one), await WriteAsync(other));
        var result = await RunAsync(
            (await TestFfmpeg.FindAsync()).Path, "-hide_banner", "-nostdin", "-v", "error", "-i", first, "-i", second,
            "-filter_complex", $"{filter}=stats_file=-", "-frames:v", "1", "-f", "null", "-");
        File.Delete(first);
        File.Delete(second);
        return result.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> ShowAsync(params string[] arguments)
    {
        var file = await WriteAsync(clip);
        var result = await RunAsync(
            (await TestFfmpeg.FindAsync()).Path, ["-hide_banner", "-nostdin", "-i", file, .. arguments, "-f", "null", "-"]);
        File.Delete(file);
        return result.Output + result.Errors;
    }

    private JsonElement? Stream(string type)
    {
        var streams = report.GetProperty("streams").EnumerateArray().Where(stream => Text(stream, "codec_type") == type).ToArray();
        return streams.Length == 0 ? null : streams[0];
    }

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : "unknown";

    private static async Task<string> WriteAsync(byte[] clip)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(file, clip);
        return file;
    }

    private static async Task<(string Output, string Errors)> ProbeAsync(params string[] arguments) =>
        await RunAsync((await TestFfmpeg.FindAsync()).ProbePath, arguments);

    private static async Task<(string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return (output, await errors);
    }
}
