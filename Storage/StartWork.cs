namespace ReelBallers.Storage;

/// <summary>What is done once at the start, repeated every minute until it succeeds.</summary>
internal abstract partial class StartWork(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    /// <returns>False when it is to be repeated; the reason was logged.</returns>
    protected abstract Task<bool> TryAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryWithoutFailingAsync(stoppingToken))
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }

    // An exception of a background service would end the process.
    private async Task<bool> TryWithoutFailingAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await TryAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailure(exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "What is done once at the start failed and is repeated in a minute")]
    private partial void LogFailure(Exception exception);
}
