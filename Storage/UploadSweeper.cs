using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Removes abandoned uploads periodically.</summary>
internal sealed partial class UploadSweeper(AbandonedUploads uploads, TimeProvider time, ILogger<UploadSweeper> logger) : BackgroundService
{
    private const int MaxBatches = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Jitter, so that replicas started together do not run together.
            await Task.Delay(Pause * (0.75 + (Random.Shared.NextDouble() / 2)), time, stoppingToken);
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // Already logged; the next round continues.
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(DatabaseErrors.IsOutage(failure) ? LogLevel.Warning : LogLevel.Error, failure);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            var count = await uploads.RemoveBatchAsync(cancellationToken);
            if (count == 0)
            {
                break;
            }

            removed += count;
        }

        if (removed > 0)
        {
            LogRemoved(removed);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} uploads that were never completed")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Message = "Removing abandoned uploads failed; the next round continues")]
    private partial void LogFailed(LogLevel level, Exception failure);
}
