using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Runs <see cref="DueExpiries"/> every few seconds, on one replica at a time.</summary>
internal sealed class ExpirySweeper(DueExpiries expiries, NpgsqlDataSource dataSource, TimeProvider time, ILogger<ExpirySweeper> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromSeconds(5), "Due holds and lots could not be expired")
        {
            Lock = new AdvisoryLock(dataSource, LockKey),
        },
        time, logger)
{
    private const long LockKey = 0x4C65646745787069; // "LedgExpi"

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => expiries.ExpireAsync(cancellationToken);
}
