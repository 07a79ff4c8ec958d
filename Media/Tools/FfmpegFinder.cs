using Microsoft.Extensions.Logging;

namespace ReelBallers.Media;

/// <summary>
/// Finds ffmpeg and the ffprobe beside it once: the configured one, else the one on the PATH, else the one from npm. One on the
/// PATH that is too old or incomplete is passed over.
/// </summary>
public sealed partial class FfmpegFinder(FfmpegPaths paths, ILogger<FfmpegFinder> log)
{
    private readonly FoundOnce<Ffmpeg> _found = new();

    /// <exception cref="FfmpegException">None was found; the message says what to do. The next call looks again.</exception>
    public Task<Ffmpeg> FindAsync(CancellationToken cancellationToken) => _found.GetAsync(LookAsync, cancellationToken);

    private async Task<Ffmpeg> LookAsync(CancellationToken cancellationToken)
    {
        if (paths.Ffmpeg is { } configured)
        {
            return await AskAsync(configured, cancellationToken);
        }

        FfmpegException? onPath = null;
        if (Programs.OnPath("ffmpeg") is { } installed)
        {
            try
            {
                return await AskAsync(installed, cancellationToken);
            }
            catch (FfmpegException failure)
            {
                PassedOver(log, failure.Message);
                onPath = failure;
            }
        }

        try
        {
            var (path, probePath) = await NpmFfmpeg.FetchAsync(Say, cancellationToken);
            return await Ffmpeg.AskAsync(path, probePath, cancellationToken);
        }
        catch (FfmpegException failure) when (onPath is not null)
        {
            throw new FfmpegException($"{onPath.Message}; {failure.Message}");
        }
    }

    private Task<Ffmpeg> AskAsync(string path, CancellationToken cancellationToken) =>
        Ffmpeg.AskAsync(path, paths.Ffprobe ?? ProbeBeside(path) ?? Programs.OnPath("ffprobe") ?? "ffprobe", cancellationToken);

    private static string? ProbeBeside(string path)
    {
        var probe = Path.Combine(Path.GetDirectoryName(path) ?? "", "ffprobe" + Path.GetExtension(path));
        return File.Exists(probe) ? probe : null;
    }

    private void Say(string message) => Progress(log, message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void Progress(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ffmpeg on the PATH is not used: {Reason}")]
    private static partial void PassedOver(ILogger log, string reason);
}
