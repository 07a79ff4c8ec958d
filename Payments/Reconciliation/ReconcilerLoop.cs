namespace ReelBallers.Payments;

/// <summary>Compares with Stripe from time to time. Runs on every replica; one at a time is at it.</summary>
internal sealed class ReconcilerLoop(Reconciler reconciler, PaymentsOptions options, TimeProvider time, ILogger<ReconcilerLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Often enough that a replica which died does not leave the others waiting for two intervals.
        using var timer = new PeriodicTimer(options.ReconcileInterval / 2, time);
        var outage = new OutageLog(logger, "Payments could not be compared with Stripe's");
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await reconciler.RunAsync(options.LookBack, isDueOnly: true, stoppingToken);
                outage.Over();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                outage.Note(exception);
            }
        }
    }
}
