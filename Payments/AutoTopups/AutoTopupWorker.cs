using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Carries out the automatic top-ups that are due. Runs on every replica; they share the rules and payments by leases.</summary>
internal sealed partial class AutoTopupWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AutoTopupWorker> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(1), "Automatic top-ups could not be carried out"), time, logger)
{
    private const int RulesAtOnce = 200;
    private const int ChargesAtOnce = 20;
    private const int AtATime = 4;

    /// <summary>Reads the balances of the rules that are due, and buys for those that are low; returns how many rules were due.</summary>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var topups = scope.ServiceProvider.GetRequiredService<AutoTopups>();
        var due = await topups.TakeDueAsync(RulesAtOnce, cancellationToken);
        if (due.Count == 0)
        {
            return 0;
        }
        // When this fails, they are due again after the interval of the sweep, or at the wallet's next change.
        var low = await topups.LowAsync(due, cancellationToken);
        var work = due.Where(rule => rule.State == AutoTopupState.ActionRequired).Concat(low).ToHashSet();
        await InParallelAsync(work, ActAsync, cancellationToken);
        foreach (var rule in due.Where(rule => !work.Contains(rule)))
        {
            await topups.ReleaseAsync(rule, cancellationToken);
        }
        return due.Count;
    }

    /// <summary>Continues the payments that are due; returns how many.</summary>
    public async Task<int> ContinueAsync(CancellationToken cancellationToken)
    {
        List<AutoTopupCharge> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().TakeDueAsync(ChargesAtOnce, cancellationToken);
        }
        // Concurrently: one after the other, the last could exceed its lease.
        await Task.WhenAll(due.Select(charge => ContinueAsync(charge, cancellationToken)));
        return due.Count;
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await ContinueAsync(cancellationToken);
        while (await CheckAsync(cancellationToken) == RulesAtOnce)
        {
        }
    }

    private static Task InParallelAsync(
        IEnumerable<AutoTopupRule> rules, Func<AutoTopupRule, CancellationToken, ValueTask> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            rules, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, act);

    private async ValueTask ActAsync(AutoTopupRule rule, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var topups = scope.ServiceProvider.GetRequiredService<AutoTopups>();
        try
        {
            if (rule.State == AutoTopupState.ActionRequired)
            {
                await topups.OfferConfirmationAsync(rule, cancellationToken);
            }
            else if (await topups.BeginAsync(rule, cancellationToken) is { } charge)
            {
                await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().ContinueAsync(charge, cancellationToken);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(Logger, rule.UserId, Outages.Reason(failure), Outages.IsOutage(failure, cancellationToken) ? null : failure);
        }
        await topups.ReleaseAsync(rule, cancellationToken);
    }

    private async Task ContinueAsync(AutoTopupCharge charge, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().ContinueAsync(charge, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "User {UserId}: the automatic top-up could not be decided; it is due again ({Reason})")]
    private static partial void LogFailed(ILogger logger, Guid userId, string reason, Exception? exception);
}
