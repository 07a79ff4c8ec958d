using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Removes abandoned uploads periodically.</summary>
internal sealed partial class UploadSweeper(AbandonedUploads uploads, TimeProvider time, ILogger<UploadSweeper> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromMinutes(5), "Abandoned uploads could not be removed") { Jitter = 0.25 }, time, logger)
{
    private const int MaxBatches = 50;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
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
            LogRemoved(Logger, removed);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} uploads that were never completed")]
    private static partial void LogRemoved(ILogger logger, int count);
}
