using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>Finds ffmpeg once: the configured one, else the one on the PATH, else the one from npm.</summary>
public sealed partial class FfmpegFinder(WorkerOptions options, ILogger<FfmpegFinder> log)
{
    private readonly SemaphoreSlim _one = new(1);
    private Ffmpeg? _found;

    /// <exception cref="JobFailedException">None was found; the message says what to do. The next call looks again.</exception>
    public async Task<Ffmpeg> FindAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _found ??= await Ffmpeg.AskAsync(
                options.FfmpegPath ?? Programs.OnPath("ffmpeg") ?? await NpmFfmpeg.FetchAsync(Say, cancellationToken), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private void Say(string message) => Progress(log, message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void Progress(ILogger log, string message);
}
