using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Posts events to endpoints. Any number of replicas may run it. Each endpoint has places of its own for attempts, which no other one can
/// take: one that is slow or dead delays its own events alone.
/// </summary>
internal sealed partial class WebhookSender(
    IServiceScopeFactory scopes, WorkSignals signals, AccountsMeter meter, TimeProvider time, ILogger<WebhookSender> logger)
    : BackgroundService
{
    /// <summary>How many attempts at an endpoint a process makes at once.</summary>
    public const int PerEndpoint = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(10);

    private readonly OutageReporter _reading = new(logger, "The deliveries of webhooks could not be read");
    private readonly OutageReporter _recording = new(logger, "The result of a delivery of a webhook could not be recorded");
    private readonly List<(Guid EndpointId, Task Attempt)> _running = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not block the start of the other hosted services.
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await TryStartAttemptsAsync(stoppingToken))
                {
                    await signals.Webhooks.WaitAsync(PollInterval, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        await Task.WhenAll(_running.Select(running => running.Attempt)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> TryStartAttemptsAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await StartAttemptsAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _reading.Report(exception);
            return false;
        }
    }

    private async Task<bool> StartAttemptsAsync(CancellationToken stoppingToken)
    {
        _running.RemoveAll(running => HasEnded(running.Attempt));
        var busy = _running.CountBy(running => running.EndpointId).ToDictionary();
        await using var scope = scopes.CreateAsyncScope();
        var due = await scope.ServiceProvider.GetRequiredService<WebhookDeliveries>().LeaseAsync(PerEndpoint, busy, stoppingToken);
        _reading.Recovered();
        foreach (var one in due)
        {
            var attempt = AttemptAsync(one, stoppingToken);
            _running.Add((one.Endpoint.EndpointId, attempt));
            // Its place is free then.
            _ = attempt.ContinueWith(
                _ => signals.Webhooks.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return due.Count > 0;
    }

    // Here and not in the attempt, of which there are several at once.
    private bool HasEnded(Task attempt)
    {
        if (attempt.IsFaulted)
        {
            _recording.Report(attempt.Exception.GetBaseException());
        }
        else if (attempt.IsCompletedSuccessfully)
        {
            _recording.Recovered();
        }
        return attempt.IsCompleted;
    }

    // What cannot be recorded is repeated when its lease ends, with the same id.
    private async Task AttemptAsync(WebhookAttempt attempt, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var result = attempt.Delivery.Attempts > WebhookSchedule.MaxAttempts
            ? new WebhookResult(attempt.Delivery.LastStatus, attempt.Delivery.LastError ?? WebhookErrors.Interrupted)
            : await scope.ServiceProvider.GetRequiredService<WebhookClient>().SendAsync(attempt.Endpoint, attempt.Event, stoppingToken);
        // Not cancelled by the stop: it has been sent.
        using var timeout = new CancellationTokenSource(RecordTimeout, time);
        await RecordAsync(scope.ServiceProvider.GetRequiredService<WebhookDeliveries>(), attempt, result, timeout.Token);
    }

    private async Task RecordAsync(
        WebhookDeliveries deliveries, WebhookAttempt attempt, WebhookResult result, CancellationToken cancellationToken)
    {
        var (type, deliveryId, endpointId) = (attempt.Event.Type, attempt.Delivery.DeliveryId, attempt.Endpoint.EndpointId);
        if (result.Error is null)
        {
            await deliveries.DeliveredAsync(attempt, result, cancellationToken);
            meter.WebhookEnded(type, "delivered");
            return;
        }
        var delay = WebhookSchedule.DelayAfter(attempt.Delivery.Attempts, result.RetryAfter);
        var disabling = await deliveries.FailedAsync(attempt, result, delay, cancellationToken);
        if (delay is null || result.IsGone)
        {
            meter.WebhookEnded(type, "failed");
            LogGivenUp(logger, deliveryId, type, endpointId, result.Error);
        }
        else
        {
            LogRetried(logger, deliveryId, type, endpointId, result.Error);
        }
        if (disabling is { } reason)
        {
            meter.WebhookDisabled(reason);
            LogDisabled(logger, endpointId, reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "Delivery {DeliveryId} ({Type}) to the webhook {EndpointId} failed and is tried again: {Error}")]
    private static partial void LogRetried(ILogger logger, Guid deliveryId, string type, Guid endpointId, string error);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} ({Type}) to the webhook {EndpointId} was given up: {Error}")]
    private static partial void LogGivenUp(ILogger logger, Guid deliveryId, string type, Guid endpointId, string error);

    [LoggerMessage(LogLevel.Error, "The webhook {EndpointId} was disabled and gets no more events ({Reason}): see docs/webhooks.md")]
    private static partial void LogDisabled(ILogger logger, Guid endpointId, WebhookDisabling reason);
}
