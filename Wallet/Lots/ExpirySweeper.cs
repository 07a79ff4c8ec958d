using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Runs <see cref="DueExpiries"/> every few seconds.</summary>
internal sealed partial class ExpirySweeper(DueExpiries expiries, TimeProvider time, ILogger<ExpirySweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await expiries.ExpireAsync(stoppingToken);
            }
            catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
            {
                LogOutage(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Expiring holds and lots failed and will be retried: {Reason}")]
    private partial void LogOutage(string reason);

    [LoggerMessage(LogLevel.Error, "Expiring holds and lots failed and will be retried")]
    private partial void LogFailed(Exception exception);
}
