using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Runs <see cref="DueExpiries"/> every few seconds.</summary>
internal sealed class ExpirySweeper(DueExpiries expiries, TimeProvider time, ILogger<ExpirySweeper> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(5), "Due holds and lots could not be expired"), time, logger)
{
    protected override Task RunOnceAsync(CancellationToken cancellationToken) => expiries.ExpireAsync(cancellationToken);
}
