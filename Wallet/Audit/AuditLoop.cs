using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Audits all wallets continuously, on one replica at a time and with long pauses. Findings are logged once and counted.
/// </summary>
internal sealed partial class AuditLoop(
    LedgerAudit audit, NpgsqlDataSource dataSource, TimeProvider time, WalletMeter meter, ILogger<AuditLoop> logger) : BackgroundService
{
    // At most 5 % of one core.
    private const int RestPerWork = 19;
    private const long LockKey = 0x4C65646765724175; // "LedgerAu"
    private static readonly TimeSpan RestBetweenRounds = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RestMin = TimeSpan.FromMilliseconds(10);

    private readonly HashSet<AuditFinding> _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RestBetweenRounds, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunRoundAsync(stoppingToken);
            }
            catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
            {
                LogOutage(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    // The lock is released with the connection, so that another replica continues if this one crashes.
    private async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection)
        {
            Parameters = { new() { Value = LockKey } },
        })
        {
            if (await take.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return;
            }
        }
        try
        {
            Guid? last = Guid.Empty;
            while ((last = await audit.NextUserAsync(last.Value, cancellationToken)) is { } userId)
            {
                var start = time.GetTimestamp();
                foreach (var finding in await audit.CheckAsync(userId, cancellationToken))
                {
                    Report(finding);
                }
                var rest = time.GetElapsedTime(start) * RestPerWork;
                await Task.Delay(rest > RestMin ? rest : RestMin, time, cancellationToken);
            }
            if (await audit.CheckSumAsync(cancellationToken) is { } sum)
            {
                Report(sum);
            }
        }
        finally
        {
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection)
            {
                Parameters = { new() { Value = LockKey } },
            };
            await release.ExecuteNonQueryAsync(CancellationToken.None);
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

    [LoggerMessage(LogLevel.Warning, "The audit was interrupted and will be restarted: {Reason}")]
    private partial void LogOutage(string reason);

    [LoggerMessage(LogLevel.Error, "The audit failed and will be restarted")]
    private partial void LogFailed(Exception exception);
}
