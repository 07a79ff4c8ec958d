namespace ReelBallers.LocalCloud.R2;

/// <summary>Removes expired objects from disk; readers do not see them from the expiry on.</summary>
internal sealed partial class LifecycleSweeper(Bucket bucket, TimeProvider time, ILogger<LifecycleSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Pause, time, stoppingToken);
            try
            {
                bucket.Objects.DeleteExpired();
                bucket.Uploads.AbortExpired();
            }
            catch (IOException failure)
            {
                Failed(log, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The lifecycle sweep of the bucket failed; it is retried")]
    private static partial void Failed(ILogger log, Exception failure);
}
