using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Delivers each event independently, until a 2xx or for three days.</summary>
internal sealed partial class WebhookSender(StripeStore store, LocalCloudOptions options, FaultStore faults, ILogger<WebhookSender> log)
    : IHostedService, IDisposable
{
    private const string Ended = "delivery_ended";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromDays(3);
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Task> _underWay = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = AnswerTimeout,
    };

    private TaskCompletionSource? _held;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.StripeWebhookUrl is not null)
        {
            store.EventCommitted = Dispatch;
            // Events that were undelivered at the last stop or kill, the oldest first.
            var left = store.Run(work => work.PeekAll("event").Where(IsPending).Select(found => found.Id()).Reverse().ToList());
            left.ForEach(Dispatch);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_underWay.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _http.Dispose();
        _stopping.Dispose();
    }

    private static bool IsPending(JsonObject found) =>
        found.Number("pending_webhooks") > 0 && found[StripeJson.Hidden]?[Ended] is null;

    private void Dispatch(string id)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var type = store.Run(work => work.Get(id).Text("type")!);
        var plan = new DeliveryPlan(
            id,
            type,
            faults.Strike(CloudName.Stripe, FaultKind.DropWebhook, type) is not null,
            faults.Strike(CloudName.Stripe, FaultKind.DoubleWebhook, type) is null ? 1 : 2,
            faults.Strike(CloudName.Stripe, FaultKind.DelayWebhook, type)?.Delay ?? TimeSpan.Zero,
            faults.Strike(CloudName.Stripe, FaultKind.ReorderWebhook, type) is null ? null : new TaskCompletionSource());
        var heldBefore = Interlocked.Exchange(ref _held, plan.HeldUntilNext);
        var delivery = Task.Run(() => CarryOutAsync(plan, heldBefore, _stopping.Token));
        _underWay[id] = delivery;
        _ = delivery.ContinueWith(_ => _underWay.TryRemove(id, out Task? _), TaskScheduler.Default);
    }

    private async Task CarryOutAsync(DeliveryPlan plan, TaskCompletionSource? heldBefore, CancellationToken cancellationToken)
    {
        try
        {
            if (plan.IsDropped)
            {
                End(plan.EventId, isDelivered: false);
                return;
            }

            if (plan.HeldUntilNext is { } held)
            {
                await Task.WhenAny(held.Task, Task.Delay(LongestHold, options.Time, cancellationToken));
            }

            await Task.Delay(plan.Delay, options.Time, cancellationToken);
            var isDelivered = await Task.WhenAll(Enumerable.Range(0, plan.Copies).Select(_ => DeliverAsync(plan, cancellationToken)));
            End(plan.EventId, isDelivered.All(one => one));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It stays pending and is delivered after the next start.
        }
        finally
        {
            heldBefore?.TrySetResult();
        }
    }

    private async Task<bool> DeliverAsync(DeliveryPlan plan, CancellationToken cancellationToken)
    {
        var begun = options.Time.GetUtcNow();
        for (var retry = FirstRetry; ; retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry)
        {
            var failure = await TryAsync(plan.EventId, cancellationToken);
            if (failure is null)
            {
                return true;
            }

            if (options.Time.GetUtcNow() - begun > GivesUpAfter)
            {
                GaveUp(log, plan.Type, plan.EventId, failure);
                return false;
            }

            await Task.Delay(retry, options.Time, cancellationToken);
        }
    }

    /// <returns>What went wrong, or null.</returns>
    private async Task<string?> TryAsync(string eventId, CancellationToken cancellationToken)
    {
        var body = store.Run(work => StripeJson.Print(work.Get(eventId).Shown()));
        using var request = new HttpRequestMessage(HttpMethod.Post, options.StripeWebhookUrl)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.UserAgent.ParseAdd("Stripe/1.0");
        request.Headers.Add(
            "Stripe-Signature", WebhookSignature.Header(WebhookSignature.Secret, options.Time.GetUtcNow().ToUnixTimeSeconds(), body));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer in {AnswerTimeout.TotalSeconds} s";
        }
    }

    private void End(string eventId, bool isDelivered) => store.Run(work =>
    {
        var ended = work.Get(eventId);
        ended["pending_webhooks"] = isDelivered ? 0L : 1L;
        ended.HiddenPart()[Ended] = true;
        work.Put(ended);
        return true;
    });

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} {EventId} was not delivered and is not retried: {Failure}")]
    private static partial void GaveUp(ILogger log, string type, string eventId, string failure);
}
