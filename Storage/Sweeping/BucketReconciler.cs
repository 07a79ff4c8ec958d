using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Compares bucket and database periodically, some pages a round, on one replica at a time.</summary>
internal sealed partial class BucketReconciler(
    BucketComparison comparison, NpgsqlDataSource dataSource, TimeProvider time, ILogger<BucketReconciler> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromHours(1), "Bucket and database could not be compared")
        {
            Jitter = 0.25,
            Lock = new AdvisoryLock(dataSource, LockKey),
        },
        time, logger)
{
    private const long LockKey = 0x53746F7261676531; // "Storage1"
    private const int MaxPages = 100;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var (orphans, missing) = (0, 0);
        for (var page = 0; page < MaxPages; page++)
        {
            var result = await comparison.ComparePageAsync(cancellationToken);
            (orphans, missing) = (orphans + result.Orphans, missing + result.Missing);
            if (result.IsAtEnd)
            {
                break;
            }
        }

        if (orphans + missing > 0)
        {
            LogCorrected(Logger, orphans, missing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Bucket and database differed: {Orphans} objects without a row were removed, and {Missing} "
        + "completed uploads had no object")]
    private static partial void LogCorrected(ILogger logger, int orphans, int missing);
}
