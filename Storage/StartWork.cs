namespace ReelBallers.Storage;

/// <summary>What is done once at the start, repeated every minute until it succeeds.</summary>
internal abstract class StartWork(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    /// <returns>False when it is to be repeated; the reason was logged.</returns>
    protected abstract Task<bool> TryAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }
}
