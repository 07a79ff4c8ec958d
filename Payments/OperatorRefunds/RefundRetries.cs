namespace ReelBallers.Payments;

/// <summary>Finishes refunds whose operator's call broke off. Runs on every replica.</summary>
internal sealed partial class RefundRetries(IServiceScopeFactory scopes, TimeProvider time, ILogger<RefundRetries> logger) : BackgroundService
{
    private const int BatchSize = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var outage = new OutageLog(logger, "The due refunds could not be read");
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FinishAsync(time.GetUtcNow(), stoppingToken);
                outage.Over();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                outage.Note(exception);
            }
        }
    }

    /// <summary>Takes up to a batch of what is due by then as far as it goes; says how many were finished.</summary>
    public async Task<int> FinishAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var refunds = scope.ServiceProvider.GetRequiredService<Refunds>();
        var finished = 0;
        foreach (var order in await refunds.TakeDueAsync(due, BatchSize, cancellationToken))
        {
            try
            {
                await refunds.ContinueAsync(order, cancellationToken);
                finished++;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(order.Id, order.Attempts, Outages.Reason(failure), Outages.IsOutage(failure) ? null : failure);
            }
        }
        return finished;
    }

    [LoggerMessage(LogLevel.Warning, "Refund {Key} is not finished after {Attempts} attempts; it will be tried again ({Reason})")]
    private partial void LogFailed(string key, int attempts, string reason, Exception? exception);
}
