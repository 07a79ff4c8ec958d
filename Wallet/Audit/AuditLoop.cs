using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Audits all wallets continuously with long pauses, share by share; the replicas divide the shares among them. A wallet is
/// checked from its mark. Findings are stored until a check does not find them any more, logged once per replica and counted.
/// </summary>
internal sealed partial class AuditLoop : PeriodicWorker
{
    // At most 5 % of one core.
    private const int RestPerWork = 19;
    private const int WalletsPerSave = 50;
    private static readonly TimeSpan MinRest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly LedgerAudit _audit;
    private readonly AuditShares _shares;
    private readonly AuditFindings _findings;
    private readonly WalletMeter _meter;
    private readonly HashSet<AuditFinding> _known = [];
    private (double Seconds, long ReadAt)? _age;

    public AuditLoop(
        LedgerAudit audit, AuditShares shares, AuditFindings findings, TimeProvider time, WalletMeter meter, ILogger<AuditLoop> logger)
        : base(new PeriodicWork(Interval, "The audit was interrupted"), time, logger)
    {
        (_audit, _shares, _findings, _meter) = (audit, shares, findings, meter);
        meter.ObserveAudit(() => _age is { } age ? age.Seconds + Time.GetElapsedTime(age.ReadAt).TotalSeconds : null);
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await ReadAgeAsync(cancellationToken);
        while (await _shares.TakeAsync(Interval, cancellationToken) is { } share)
        {
            await AuditAsync(share, cancellationToken);
            await ReadAgeAsync(cancellationToken);
        }
    }

    private async Task ReadAgeAsync(CancellationToken cancellationToken) =>
        _age = (await _shares.GetLastRoundAgeAsync(cancellationToken), Time.GetTimestamp());

    private async Task AuditAsync(AuditShare share, CancellationToken cancellationToken)
    {
        var (last, count, isMine) = (share.Start, 0, true);
        try
        {
            var known = await _findings.UsersOfAsync(share, cancellationToken);
            while (isMine && await _audit.NextUserAsync(last, share.End, cancellationToken) is { } userId)
            {
                var start = Time.GetTimestamp();
                isMine = await CheckAsync(
                    userId, known.Contains(userId), () => _shares.SaveAsync(share, last, cancellationToken), cancellationToken);
                last = userId;
                if (++count % WalletsPerSave == 0)
                {
                    isMine &= await _shares.SaveAsync(share, last, cancellationToken);
                }
                var rest = Time.GetElapsedTime(start) * RestPerWork;
                await Task.Delay(rest > MinRest ? rest : MinRest, Time, cancellationToken);
            }
        }
        catch
        {
            using var timeout = new CancellationTokenSource(ReleaseTimeout);
            await _shares.ReleaseAsync(share, last, timeout.Token);
            throw;
        }
        if (isMine)
        {
            await _shares.FinishAsync(share, cancellationToken);
        }
    }

    // False: the lease was lost during a long check.
    private async Task<bool> CheckAsync(
        Guid userId, bool hasFindings, Func<Task<bool>> keepLease, CancellationToken cancellationToken)
    {
        var isMine = true;
        try
        {
            var findings = await _audit.CheckAsync(
                userId, fromMark: true, async () => isMine &= await keepLease(), cancellationToken);
            foreach (var finding in findings)
            {
                Report(finding);
            }
            if (hasFindings || findings.Count > 0)
            {
                await _findings.SaveAsync(
                    userId, [.. findings.Select(finding => (finding.CodeText(), finding.Sequence, finding.Detail))], cancellationToken);
            }
        }
        catch (Exception exception) when (!Outages.IsOutage(exception, cancellationToken) && !cancellationToken.IsCancellationRequested)
        {
            // The other wallets are checked nevertheless.
            LogFailed(userId, exception);
            await _findings.SaveAsync(userId, [(AuditFindings.NotChecked, 0, "The log says why.")], cancellationToken);
        }
        return isMine;
    }

    private void Report(AuditFinding finding)
    {
        if (_known.Add(finding))
        {
            _meter.Finding(finding.CodeText());
            LogFinding(Logger, finding.UserId, finding.CodeText(), finding.Sequence, finding.Detail);
        }
    }

    private void LogFailed(Guid userId, Exception exception) => LogFailed(Logger, userId, exception);

    [LoggerMessage(LogLevel.Critical, "The ledger of {UserId} is inconsistent: {Code} at transfer {Sequence}. {Detail}")]
    private static partial void LogFinding(ILogger logger, Guid userId, string code, long sequence, string detail);

    [LoggerMessage(LogLevel.Critical, "The ledger of {UserId} cannot be checked")]
    private static partial void LogFailed(ILogger logger, Guid userId, Exception exception);
}
