using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// One run of a step of the reconciler. An item that fails stops nothing: when it can never succeed it is parked with its
/// reason; when a dependency is out of reach it is left to the next run, and several of these end the step, not the round.
/// </summary>
internal sealed partial class StepRun(
    string name, IServiceScopeFactory scopes, PaymentsMeter meter, ReconciliationReport report, ILogger logger)
{
    /// <summary>After this many failures of a dependency the step is left to the next round.</summary>
    public const int MaxOutages = 5;

    private int _outages;

    /// <summary>Objects that are older are not compared.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Younger objects are left to the webhooks.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Whether the run looks back the whole configured time and at all of our own open rows.</summary>
    public required bool IsDeep { get; init; }

    public required CancellationToken CancellationToken { get; init; }

    public ReconciliationReport Report => report;

    /// <summary>Whether nothing was left to the next run.</summary>
    public bool IsWhole => _outages == 0;

    /// <summary>Repairs an item, or leaves it.</summary>
    /// <exception cref="StepEndedException">Too many have failed.</exception>
    public async Task<T> TryAsync<T>(ParkedKind kind, string id, T otherwise, Func<IServiceProvider, Task<T>> repair)
    {
        try
        {
            return await InScopeAsync(repair);
        }
        catch (Exception failure) when (!CancellationToken.IsCancellationRequested)
        {
            if (ParkingReason(failure) is not { } reason)
            {
                LogLeft(logger, name, id, Outages.Reason(failure));
                return ++_outages < MaxOutages ? otherwise : throw new StepEndedException(failure);
            }
            var detail = $"{failure.GetType().Name}: {failure.Message}";
            await InScopeAsync(async services =>
            {
                await services.GetRequiredService<ParkedItems>().ParkAsync(kind, id, reason, detail, isRetried: true, CancellationToken);
                return true;
            });
            LogFailed(logger, name, id, reason, reason == ParkedReasons.Failed ? failure : null);
            return otherwise;
        }
    }

    /// <summary>A failure of the step itself.</summary>
    public void Fail() => _outages = MaxOutages;

    public void Repaired(string kind, string id, string result)
    {
        meter.Repaired(kind);
        LogRepaired(logger, kind, id, result);
    }

    /// <summary>In a scope of its own.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    // Null: it may succeed later by itself.
    private static string? ParkingReason(Exception failure) => failure switch
    {
        StripeUnavailableException { IsMissing: true } => ParkedReasons.MissingAtStripe,
        StripeException rejection when StripeApi.IsMissing(rejection) => ParkedReasons.MissingAtStripe,
        _ when Outages.IsOutage(failure) => null,
        _ => ParkedReasons.Failed,
    };

    [LoggerMessage(LogLevel.Warning, "Reconciler, {Step}: {Id} could not be repaired; the next run retries ({Reason})")]
    private static partial void LogLeft(ILogger logger, string step, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Reconciler, {Step}: {Id} could not be repaired and is set aside ({Reason})")]
    private static partial void LogFailed(ILogger logger, string step, string id, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "Repaired: {Kind} {Id} had been missed ({Result})")]
    private static partial void LogRepaired(ILogger logger, string kind, string id, string result);
}

/// <summary>A step of the reconciler was left to the next round.</summary>
internal sealed class StepEndedException(Exception last)
    : DependencyUnavailableException($"{StepRun.MaxOutages} items failed, the last one: {Outages.Reason(last)}", last);
