using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Compares Stripe with our records and applies what a lost webhook left undone. It uses the same idempotent handlers as
/// the webhooks, so running beside them, or on two replicas at once, costs work and not money. Its steps do not depend on
/// each other, and each starts from where it was last complete.
/// </summary>
internal sealed partial class Reconciler(
    IServiceScopeFactory scopes, SessionComparison sessions, ReversalComparison reversals, EventComparison events,
    ParkedComparison parked, IOptions<ReconcilerOptions> options, PaymentsMeter meter, TimeProvider time, ILogger<Reconciler> logger)
{
    private const string LeaseName = "reconciler";

    // Stripe keeps events so long; the first run goes back as far.
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(30);

    // An object may appear in Stripe's lists a little late.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    private static readonly TimeSpan DeepInterval = TimeSpan.FromDays(1);

    private readonly (string Name, TimeSpan Overlap, Func<StepRun, Task> Run)[] _steps =
    [
        ("parked", Overlap, parked.DueAsync),
        ("sessions", SessionComparison.Longest, sessions.ListedAsync),
        ("old checkouts", SessionComparison.Longest, sessions.OldAsync),
        ("refunds", Overlap, reversals.RefundsAsync),
        ("disputes", Overlap, reversals.DisputesAsync),
        ("open reversals", Overlap, reversals.OpenAsync),
        ("events", Overlap, events.ListedAsync),
    ];

    /// <summary>The periodic run, if it is due and no other run holds the lease.</summary>
    /// <exception cref="RoundIncompleteException">Steps were left to the next run.</exception>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        if (await RunAsync(lookBack: null, isDueOnly: true, cancellationToken) is { IncompleteSteps: { Count: > 0 } left })
        {
            throw new RoundIncompleteException(left);
        }
    }

    /// <summary>
    /// What was repaired; null when it is not due, or another run holds the lease. Without <paramref name="lookBack"/>, from
    /// where each step was last complete, and once a day from the configured time before that.
    /// </summary>
    public async Task<ReconciliationReport?> RunAsync(TimeSpan? lookBack, bool isDueOnly, CancellationToken cancellationToken)
    {
        await using var lease = await RenewedLease.TryTakeAsync(scopes, LeaseName, isDueOnly, time, logger, cancellationToken);
        if (lease is null)
        {
            return null;
        }
        var report = new ReconciliationReport();
        try
        {
            await RunStepsAsync(report, lookBack, lease.Token);
        }
        catch (OperationCanceledException ended) when (lease.IsLost && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The reconciler's lease was lost to another replica, which continues.", ended);
        }
        finally
        {
            await lease.ReleaseAsync(time.GetUtcNow() + options.Value.Interval);
        }
        LogRound(report.Total, report.IncompleteSteps.Count);
        return report;
    }

    private async Task RunStepsAsync(ReconciliationReport report, TimeSpan? lookBack, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var round = await MarkAsync(ReconcilerMark.Round, cancellationToken);
        var isDeep = lookBack is not null || round?.DeepAt is not { } deepAt || startedAt - deepAt >= DeepInterval;
        foreach (var (name, overlap, work) in _steps)
        {
            var reached = (await MarkAsync(name, cancellationToken))?.ReachedAt ?? startedAt - Furthest;
            var since = reached - overlap;
            if (isDeep && startedAt - (lookBack ?? options.Value.LookBack) is var deep && deep < since)
            {
                since = deep;
            }
            var run = new StepRun(name, scopes, meter, report, logger)
            {
                Since = since,
                Until = startedAt - options.Value.Grace,
                IsDeep = isDeep,
                CancellationToken = cancellationToken,
            };
            await RunStepAsync(name, work, run);
            if (run.IsWhole)
            {
                await ReachedAsync(name, run.Until, isDeep, cancellationToken);
            }
            else
            {
                report.IncompleteSteps.Add(name);
            }
        }
        if (report.IncompleteSteps.Count == 0)
        {
            await ReachedAsync(ReconcilerMark.Round, startedAt, isDeep, cancellationToken);
            meter.Reconciled(time.GetUtcNow());
        }
    }

    // A step that fails keeps no other from its work.
    private async Task RunStepAsync(string name, Func<StepRun, Task> work, StepRun run)
    {
        try
        {
            await work(run);
        }
        catch (Exception failure) when (!run.CancellationToken.IsCancellationRequested)
        {
            run.Fail();
            LogStepFailed(name, Outages.Reason(failure), Outages.IsOutage(failure) ? null : failure);
        }
    }

    private async Task<ReconcilerMark?> MarkAsync(string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReconcilerMarks>().FindAsync(name, cancellationToken);
    }

    private async Task ReachedAsync(string name, DateTimeOffset reachedAt, bool isDeep, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ReconcilerMarks>()
            .ReachedAsync(name, reachedAt, time.GetUtcNow(), isDeep, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Reconciler: the step {Step} was left to the next round ({Reason})")]
    private partial void LogStepFailed(string step, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Information, "Compared with Stripe: {Count} repaired, {Left} steps left to the next round")]
    private partial void LogRound(long count, int left);
}

/// <summary>Steps of a round were left to the next one.</summary>
internal sealed class RoundIncompleteException(IReadOnlyCollection<string> steps)
    : DependencyUnavailableException($"These steps were left to the next round: {string.Join(", ", steps)}", null);
