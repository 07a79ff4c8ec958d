using ReelBallers.Media;

namespace ReelBallers.Storage;

/// <summary>
/// Finds ffprobe at the start, so that the first upload neither waits for its download nor is the first to learn that it is missing.
/// </summary>
internal sealed partial class ProbeSetup(FfprobeFinder finder, TimeProvider time, ILogger<ProbeSetup> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await finder.FindAsync(stoppingToken);
                return;
            }
            catch (FfmpegException missing)
            {
                LogMissing(missing.Message);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "No upload can be completed: {Reason}")]
    private partial void LogMissing(string reason);
}
