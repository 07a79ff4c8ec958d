using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Compares with Stripe from time to time. Every replica runs it; the reconciler's lease lets one at a time do the work.</summary>
internal sealed class ReconcilerLoop(Reconciler reconciler, PaymentsOptions options, TimeProvider time, ILogger<ReconcilerLoop> logger)
    // Often enough that a replica which died does not leave the others waiting for two intervals.
    : PeriodicWorker(new PeriodicWork(options.ReconcileInterval / 2, "Payments could not be compared with Stripe's"), time, logger)
{
    private readonly TimeSpan _lookBack = options.LookBack;

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => reconciler.RunAsync(_lookBack, isDueOnly: true, cancellationToken);
}
