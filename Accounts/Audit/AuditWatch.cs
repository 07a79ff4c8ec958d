using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What this replica knows about the chain of the audit log.</summary>
/// <param name="LastSequence">The last entry that was checked; 0 for none.</param>
/// <param name="LastHash">Its hash as it was then.</param>
/// <param name="CheckedAt">When the check reached the end of the log; null: not yet.</param>
/// <param name="FirstBroken">
/// The first entry that was changed, or that follows a missing one, also by what other replicas have found; null when there is none.
/// </param>
internal sealed record AuditWatchState(long LastSequence, byte[]? LastHash, DateTimeOffset? CheckedAt, long? FirstBroken);

/// <summary>
/// Checks the chain of the audit log all the time: what is new every minute, and all of it once a day. A broken chain is logged, counted,
/// stored, which alerts the operators, and looked at again, since only a restored log ends it.
/// </summary>
internal sealed partial class AuditWatch : PeriodicWorker
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FullInterval = TimeSpan.FromDays(1);
    private static readonly AuditWatchState Start = new(0, null, null, null);

    private readonly IServiceScopeFactory _scopes;
    private DateTimeOffset _fullSince;
    private volatile AuditWatchState _state = Start;

    public AuditWatch(IServiceScopeFactory scopes, AccountsMeter meter, TimeProvider time, ILogger<AuditWatch> logger)
        : base(new PeriodicWork(Interval, "The audit log could not be checked") { Jitter = 0.2 }, time, logger)
    {
        _scopes = scopes;
        meter.ObserveAudit(() => (Age?.TotalSeconds, _state.FirstBroken is not null));
    }

    /// <summary>What is known now.</summary>
    public AuditWatchState State => _state;

    /// <summary>How long ago the end of the log was reached; null: not yet.</summary>
    public TimeSpan? Age => _state.CheckedAt is { } at ? Time.GetUtcNow() - at : null;

    /// <summary>Checks what is new, or all when that is due.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var isFull = now >= _fullSince + FullInterval || _state.FirstBroken is not null || await HasFindingsAsync(cancellationToken);
        if (isFull)
        {
            _fullSince = now;
            _state = _state with { LastSequence = 0, LastHash = null };
        }
        AuditCheckResult result;
        long? broken = null;
        do
        {
            await using var scope = _scopes.CreateAsyncScope();
            var check = scope.ServiceProvider.GetRequiredService<AuditCheck>();
            result = await check.CheckAsync(_state.LastSequence, _state.LastHash, cancellationToken);
            var findings = scope.ServiceProvider.GetRequiredService<AuditFindings>();
            if (result.FirstBroken is { } found)
            {
                var known = found == _state.LastSequence ? _state.LastHash : null;
                await findings.AddAsync(found, known, Time.GetUtcNow(), cancellationToken);
            }
            if (isFull && (result.IsComplete || result.FirstBroken is not null))
            {
                broken = await findings.EndAsync(now, result.FirstBroken, cancellationToken);
            }
            broken ??= result.FirstBroken;
            if (broken is { } first && _state.FirstBroken != first)
            {
                LogBroken(Logger, first);
            }
            if (result.FirstBroken is not null)
            {
                _state = _state with { FirstBroken = broken };
                return;
            }
            _state = _state with { LastSequence = result.Last, LastHash = result.LastHash };
        }
        while (!result.IsComplete);
        _state = _state with { CheckedAt = Time.GetUtcNow(), FirstBroken = broken };
    }

    private async Task<bool> HasFindingsAsync(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuditFindings>().AnyAsync(cancellationToken);
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    [LoggerMessage(
        LogLevel.Critical, "The audit log was changed: entry {Sequence} is missing, is not as it was written, or follows a missing one")]
    private static partial void LogBroken(ILogger logger, long sequence);
}
