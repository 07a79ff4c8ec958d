using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Removes expired files periodically, and the rows of those that were removed long ago.</summary>
internal sealed partial class FileSweeper(ExpiredFiles files, OldRows rows, TimeProvider time, ILogger<FileSweeper> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromMinutes(5), "Expired files could not be removed") { Jitter = 0.25 }, time, logger)
{
    private const int MaxBatches = 100;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            var count = await files.RemoveBatchAsync(cancellationToken);
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

        await rows.DeleteAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} expired files")]
    private static partial void LogRemoved(ILogger logger, int count);
}
