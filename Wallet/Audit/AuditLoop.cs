using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Audits all wallets continuously, on one replica at a time and with long pauses. Findings are logged once and counted.
/// </summary>
internal sealed partial class AuditLoop(
    LedgerAudit audit, NpgsqlDataSource dataSource, TimeProvider time, WalletMeter meter, ILogger<AuditLoop> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromMinutes(1), "The audit was interrupted") { Lock = new AdvisoryLock(dataSource, LockKey) },
        time, logger)
{
    // At most 5 % of one core.
    private const int RestPerWork = 19;
    private const long LockKey = 0x4C65646765724175; // "LedgerAu"
    private static readonly TimeSpan MinRest = TimeSpan.FromMilliseconds(10);

    private readonly HashSet<AuditFinding> _known = [];

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        Guid? last = Guid.Empty;
        while ((last = await audit.NextUserAsync(last.Value, cancellationToken)) is { } userId)
        {
            var start = Time.GetTimestamp();
            foreach (var finding in await audit.CheckAsync(userId, cancellationToken))
            {
                Report(finding);
            }
            var rest = Time.GetElapsedTime(start) * RestPerWork;
            await Task.Delay(rest > MinRest ? rest : MinRest, Time, cancellationToken);
        }
        if (await audit.CheckSumAsync(cancellationToken) is { } sum)
        {
            Report(sum);
        }
    }

    private void Report(AuditFinding finding)
    {
        if (_known.Add(finding))
        {
            meter.Finding(finding.CodeText());
            LogFinding(finding.UserId, finding.CodeText(), finding.Sequence, finding.Detail);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The ledger of {UserId} is inconsistent: {Code} at transfer {Sequence}. {Detail}")]
    private partial void LogFinding(Guid userId, string code, long sequence, string detail);
}
