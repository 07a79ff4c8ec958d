using Microsoft.Extensions.Logging;

namespace ReelBallers.Media;

/// <summary>An ffprobe that answered.</summary>
/// <param name="Path">The program.</param>
/// <param name="LimitsRedirects">Whether it can be told not to follow redirects.</param>
/// <param name="ResolvesNames">Whether it finds the address of a host: statically linked ones, such as the one from npm, crash.</param>
public sealed record Ffprobe(string Path, bool LimitsRedirects, bool ResolvesNames);

/// <summary>
/// Finds an ffprobe once, for those who only look at videos: the configured one, else the one on the PATH, else the one from npm.
/// One on the PATH that is too old is passed over.
/// </summary>
public sealed partial class FfprobeFinder(FfmpegPaths paths, ILogger<FfprobeFinder> log)
{
    // The exit code of a process that a signal has ended is this and the signal.
    private const int FirstSignal = 128;

    private readonly FoundOnce<Ffprobe> _found = new();

    /// <exception cref="FfmpegException">None was found; the message says what to do. The next call looks again.</exception>
    public Task<Ffprobe> FindAsync(CancellationToken cancellationToken) => _found.GetAsync(LookAsync, cancellationToken);

    private async Task<Ffprobe> LookAsync(CancellationToken cancellationToken)
    {
        if (paths.Ffprobe is { } configured)
        {
            return await AskAsync(configured, cancellationToken);
        }

        if (Programs.OnPath("ffprobe") is { } installed)
        {
            try
            {
                return await AskAsync(installed, cancellationToken);
            }
            catch (FfmpegException failure)
            {
                PassedOver(log, failure.Message);
            }
        }

        var (_, probePath) = await NpmFfmpeg.FetchAsync(Say, cancellationToken);
        return await AskAsync(probePath, cancellationToken);
    }

    private static async Task<Ffprobe> AskAsync(string path, CancellationToken cancellationToken)
    {
        await Ffmpeg.AskProbeAsync(path, cancellationToken);
        var help = await Ffmpeg.ListAsync("ffprobe", path, "-h protocol=http", cancellationToken);
        // Nothing listens there: one that resolves the name ends with an error.
        var (exitCode, _) = await ChildProcess.RunAsync(
            path, ["-v", "quiet", "http://localhost:1/"], System.IO.Path.GetTempPath(), null, cancellationToken);
        return new Ffprobe(path, help.Contains("max_redirects", StringComparison.Ordinal), ResolvesNames: exitCode < FirstSignal);
    }

    private void Say(string message) => Progress(log, message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void Progress(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ffprobe on the PATH is not used: {Reason}")]
    private static partial void PassedOver(ILogger log, string reason);
}
