using System.Text.RegularExpressions;

namespace ReelBallers.Media;

/// <summary>
/// An ffmpeg and an ffprobe that answered and have what the work needs, and how this ffmpeg takes its filters from a file
/// (that option was renamed in version 7).
/// </summary>
public sealed partial record Ffmpeg(string Path, string ProbePath, string FilterFileOption)
{
    /// <summary>The oldest version that is accepted: earlier ones cannot keep timestamps and turn mirrored pictures upside down.</summary>
    private const string OldestVersion = "5.1";

    /// <summary>The libavutil of that version. Builds from git have no other number that can be compared.</summary>
    private static readonly Version OldestLibrary = new(57, 28);

    private static readonly string[] Filters = ["ass", "bwdif", "perspective", "premultiply", "tonemap", "zscale"];

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <exception cref="FfmpegException">One of them does not run, is too old, or lacks something that is needed.</exception>
    public static async Task<Ffmpeg> AskAsync(string path, string probePath, CancellationToken cancellationToken)
    {
        RefuseOlder("ffmpeg", await ListAsync("ffmpeg", path, "-version", cancellationToken));
        await AskProbeAsync(probePath, cancellationToken);
        if (!(await ListAsync("ffmpeg", path, "-encoders", cancellationToken)).Contains(" libx264 ", StringComparison.Ordinal))
        {
            throw new FfmpegException("the ffmpeg of this machine cannot write H.264 (it is built without libx264)");
        }

        var filters = await ListAsync("ffmpeg", path, "-filters", cancellationToken);
        if (Filters.FirstOrDefault(filter => !filters.Contains($" {filter} ", StringComparison.Ordinal)) is { } missing)
        {
            throw new FfmpegException($"the ffmpeg of this machine is built without the filter {missing}");
        }

        var help = await ListAsync("ffmpeg", path, "-h long", cancellationToken);
        return new Ffmpeg(
            path, probePath, help.Contains("-filter_script", StringComparison.Ordinal) ? "-filter_script:v" : "-/filter:v");
    }

    /// <exception cref="FfmpegException">It does not run, or is too old.</exception>
    internal static async Task AskProbeAsync(string probePath, CancellationToken cancellationToken) =>
        RefuseOlder("ffprobe", await ListAsync("ffprobe", probePath, "-version", cancellationToken));

    private static void RefuseOlder(string program, string report)
    {
        if (Library().Match(report) is not { Success: true } library
            || Version.Parse($"{library.Groups["major"].ValueSpan}.{library.Groups["minor"].ValueSpan}") < OldestLibrary)
        {
            var version = VersionName().Match(report) is { Success: true } name ? name.Groups["version"].Value : "unknown";
            throw new FfmpegException(
                $"the {program} of this machine is too old (version {version}): {OldestVersion} or newer is needed");
        }
    }

    /// <exception cref="FfmpegException">It does not run.</exception>
    internal static async Task<string> ListAsync(string program, string path, string question, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        var lines = new List<string>();
        try
        {
            var (exitCode, _) = await ChildProcess.RunAsync(
                path, ["-hide_banner", .. question.Split(' ')], System.IO.Path.GetTempPath(), lines.Add, limit.Token);
            return exitCode == 0 ? string.Join('\n', lines) : throw Unusable(program, $"it exits with {exitCode}");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw Unusable(program, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unusable(program, "it does not answer");
        }
    }

    private static FfmpegException Unusable(string program, string why) => new($"the {program} of this machine does not run: {why}");

    [GeneratedRegex(@"^libavutil +(?<major>[0-9]+)\. *(?<minor>[0-9]+)\.", RegexOptions.Multiline)]
    private static partial Regex Library();

    [GeneratedRegex(@"^ff[a-z]+ version (?<version>[A-Za-z0-9.+-]{1,40})")]
    private static partial Regex VersionName();
}
