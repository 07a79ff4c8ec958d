using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Runs the reconciler periodically. Every replica tries; the reconciler's lease lets one at a time do the work.</summary>
internal sealed class ReconcilerLoop(
    Reconciler reconciler, IOptions<ReconcilerOptions> options, TimeProvider time, ILogger<ReconcilerLoop> logger)
    // Twice per interval, so that after a replica crashes the others do not wait for two intervals.
    : PeriodicWorker(new PeriodicWork(options.Value.Interval / 2, "Payments could not be reconciled with Stripe"), time, logger)
{
    protected override Task RunOnceAsync(CancellationToken cancellationToken) => reconciler.RunDueAsync(cancellationToken);
}
