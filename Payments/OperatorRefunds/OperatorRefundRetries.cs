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
        List<OperatorRefund> taken;
        await using (var scope = scopes.CreateAsyncScope())
        {
            taken = await scope.ServiceProvider.GetRequiredService<OperatorRefunds>().TakeDueAsync(due, BatchSize, cancellationToken);
        }
        // Concurrently: one after the other, the last could exceed its lease.
        var finished = await Task.WhenAll(taken.Select(refund => ContinueAsync(refund, cancellationToken)));
        return finished.Count(isFinished => isFinished);
    }

    private async Task<bool> ContinueAsync(OperatorRefund refund, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var refunds = scope.ServiceProvider.GetRequiredService<OperatorRefunds>();
        using var span = tracer.Continue("continue refund", refund.TraceParent);
        using var bound = new CancellationTokenSource(OperatorRefunds.AttemptTimeout, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await refunds.ContinueAsync(refund, both.Token);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            span.Fail(failure);
            LogFailed(
                Logger, refund.Id, refund.Attempts, Outages.Reason(failure),
                Outages.IsOutage(failure, cancellationToken) ? null : failure);
            await refunds.FailAsync(refund, failure, cancellationToken);
            return false;
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => FinishAsync(Time.GetUtcNow(), cancellationToken);

    [LoggerMessage(LogLevel.Warning, "Refund {Key} is not completed after {Attempts} attempts and will be retried ({Reason})")]
    private static partial void LogFailed(ILogger logger, string key, int attempts, string reason, Exception? exception);
}
