using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Completes refunds whose operator's call was interrupted. Runs on every replica.</summary>
internal sealed partial class OperatorRefundRetries(
    IServiceScopeFactory scopes, ServiceTracer tracer, TimeProvider time, ILogger<OperatorRefundRetries> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(2), "The due refunds could not be read"), time, logger)
{
    private const int BatchSize = 10;

    /// <summary>Continues up to a batch of the refunds that are due; returns how many were completed.</summary>
    public async Task<int> FinishAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var refunds = scope.ServiceProvider.GetRequiredService<OperatorRefunds>();
        var finished = 0;
        foreach (var refund in await refunds.TakeDueAsync(due, BatchSize, cancellationToken))
        {
            using var span = tracer.Continue("continue refund", refund.TraceParent);
            try
            {
                await refunds.ContinueAsync(refund, cancellationToken);
                finished++;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                span.Fail(failure);
                LogFailed(
                    Logger, refund.Id, refund.Attempts, Outages.Reason(failure),
                    Outages.IsOutage(failure, cancellationToken) ? null : failure);
            }
        }
        return finished;
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => FinishAsync(Time.GetUtcNow(), cancellationToken);

    [LoggerMessage(LogLevel.Warning, "Refund {Key} is not completed after {Attempts} attempts and will be retried ({Reason})")]
    private static partial void LogFailed(ILogger logger, string key, int attempts, string reason, Exception? exception);
}
