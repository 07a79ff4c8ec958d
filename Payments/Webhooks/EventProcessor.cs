using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Handles a leased event and stores its outcome.</summary>
internal sealed partial class EventProcessor(
    WebhookInbox inbox, EventDispatch dispatch, PaymentsMeter meter, ServiceTracer tracer, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<EventProcessor> logger)
{
    /// <summary>For one attempt, including the calls to Stripe and the wallet.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);

    // For storing how an attempt ended.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// One attempt. It is cancelled when the service stops and not when the delivering request is aborted: completing it is
    /// better than repeating it.
    /// </summary>
    public async Task<EventAttempt> ProcessAsync(StoredEvent stored)
    {
        using var span = tracer.Continue("process event", stored.TraceParent);
        span?.SetTag("stripe.event.id", stored.Id).SetTag("stripe.event.type", stored.Type);
        using var bound = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, lifetime.ApplicationStopping);
        try
        {
            var outcome = await dispatch.HandleAsync(stored, both.Token);
            await inbox.FinishAsync(stored, outcome, both.Token);
            span?.SetTag("reelballers.event.outcome", outcome.Code);
            meter.Handled(stored.Type, outcome.Code);
            if (outcome.NeedsOperator)
            {
                meter.Dead(stored.Type, outcome.Code);
                LogDead(stored.Id, stored.Type, outcome.Code, stored.Attempts, outcome.Detail);
            }
            else
            {
                LogHandled(stored.Id, stored.Type, outcome.Code, stored.Attempts);
            }
            return EventAttempt.Handled;
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogReleased(stored.Id, stored.Type, stored.Attempts);
            await StoreAsync(stored, bound => inbox.ReleaseAsync(stored, bound));
            return EventAttempt.Outage;
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            await StoreFailureAsync(stored, failure);
            return Outages.IsOutage(failure) ? EventAttempt.Outage : EventAttempt.Failed;
        }
    }

    private Task StoreFailureAsync(StoredEvent stored, Exception failure)
    {
        var forGood = stored.Attempts >= RetryDelay.MaxAttempts;
        if (forGood)
        {
            meter.Dead(stored.Type, EventOutcome.GaveUp);
            LogGivenUp(stored.Id, stored.Type, stored.Attempts, failure);
        }
        else
        {
            LogFailed(stored.Id, stored.Type, stored.Attempts, Outages.Reason(failure), Outages.IsOutage(failure) ? null : failure);
        }
        return StoreAsync(stored, bound => inbox.FailAsync(stored, $"{failure.GetType().Name}: {failure.Message}", forGood, bound));
    }

    private async Task StoreAsync(StoredEvent stored, Func<CancellationToken, Task> store)
    {
        using var bound = new CancellationTokenSource(StoreTimeout, time);
        try
        {
            await store(bound.Token);
        }
        catch (Exception notStored)
        {
            // When its lease expires, it is due again.
            LogNotStored(stored.Id, Outages.Reason(notStored), Outages.IsOutage(notStored) ? null : notStored);
        }
    }

    [LoggerMessage(LogLevel.Information, "Event {EventId} ({Type}): {Outcome}, attempt {Attempt}")]
    private partial void LogHandled(string eventId, string type, string outcome, int attempt);

    [LoggerMessage(LogLevel.Error, "Event {EventId} ({Type}): {Outcome}, attempt {Attempt}; an operator must act. {Detail}")]
    private partial void LogDead(string eventId, string type, string outcome, int attempt, string? detail);

    [LoggerMessage(
        LogLevel.Information, "Event {EventId} ({Type}): attempt {Attempt} is ended by the stop of the service and does not count")]
    private partial void LogReleased(string eventId, string type, int attempt);

    [LoggerMessage(LogLevel.Warning, "Event {EventId} ({Type}) failed, attempt {Attempt}; it will be retried ({Reason})")]
    private partial void LogFailed(string eventId, string type, int attempt, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Error, "Event {EventId} ({Type}) failed {Attempts} times and is not retried any more: an operator must act")]
    private partial void LogGivenUp(string eventId, string type, int attempts, Exception exception);

    [LoggerMessage(
        LogLevel.Warning,
        "Event {EventId}: the end of its attempt could not be stored; the event is due again when its lease expires ({Reason})")]
    private partial void LogNotStored(string eventId, string reason, Exception? exception);
}
