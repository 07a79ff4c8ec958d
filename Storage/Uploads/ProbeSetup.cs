using ReelBallers.Media;

namespace ReelBallers.Storage;

/// <summary>
/// Finds ffprobe at the start, so that the first upload neither waits for its download nor is the first to learn that it is missing.
/// </summary>
internal sealed partial class ProbeSetup(FfprobeFinder finder, TimeProvider time, ILogger<ProbeSetup> logger) : StartWork(time, logger)
{
    protected override async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await finder.FindAsync(cancellationToken);
            return true;
        }
        catch (FfmpegException missing)
        {
            LogMissing(missing.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Critical, "No upload can be completed: {Reason}")]
    private partial void LogMissing(string reason);
}
