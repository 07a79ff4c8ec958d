using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The gRPC API, for other services and operators.</summary>
internal sealed class PaymentsService(
    Checkouts checkouts, OperatorRefunds refunds, WebhookInbox inbox, EventProcessor processor, Reconciler reconciler,
    IServiceScopeFactory scopes, IOptions<ReconcilerOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
    : V1.PaymentsService.PaymentsServiceBase
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;
    private const int EventsAtOnce = 100;
    private const int MaxLookBackHours = 720;

    private static readonly TimeSpan EventsInterval = TimeSpan.FromMilliseconds(500);

    public override async Task<V1.GetCheckoutResponse> GetCheckout(V1.GetCheckoutRequest request, ServerCallContext context)
    {
        if (!Guid.TryParseExact(request.UserId, "D", out var userId) || !StripeIds.IsId(request.SessionId))
        {
            throw Invalid("user_id must be a UUID and session_id an id of Stripe's.");
        }
        var checkout = await checkouts.FindAsync(userId, request.SessionId, context.CancellationToken)
            ?? throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.CheckoutNotFound, "This user has no such checkout.");
        return checkout.ToMessage();
    }

    public override async Task<V1.RefundPaymentResponse> RefundPayment(V1.RefundPaymentRequest request, ServerCallContext context)
    {
        var reason = request.Reason.Length == 0 ? "requested_by_customer" : request.Reason;
        if (!StripeIds.IsId(request.PaymentIntentId) || !IsKey(request.IdempotencyKey) || request.AmountCents < 0
            || reason is not ("duplicate" or "fraudulent" or "requested_by_customer"))
        {
            throw Invalid(
                "payment_intent_id, idempotency_key (1 to 100 printable ASCII characters), amount_cents (0 or more) or reason is missing "
                + "or malformed.");
        }
        try
        {
            var (refund, isReplayed) = await refunds.RefundAsync(
                new OperatorRefundRequest(request.IdempotencyKey, request.PaymentIntentId, request.AmountCents, request.Force, reason),
                context.CancellationToken);
            var refunded = await refunds.RefundedCentsAsync(refund, context.CancellationToken);
            return new V1.RefundPaymentResponse
            {
                RefundId = refund.RefundId,
                AmountCents = refund.AmountCents,
                RefundedCents = refunded,
                Replayed = isReplayed,
            };
        }
        catch (StripeUnavailableException outage)
        {
            throw StripeUnavailable(outage);
        }
        catch (RpcException outage) when (outage.ErrorCode() is null && Outages.IsOutage(outage))
        {
            throw RpcErrors.Reject(
                StatusCode.Unavailable, V1.PaymentsErrorCodes.WalletUnavailable,
                "The wallet is unavailable. The refund is recorded and will be completed.");
        }
    }

    public override async Task<V1.ListDeadEventsResponse> ListDeadEvents(V1.ListDeadEventsRequest request, ServerCallContext context)
    {
        if (request.Limit is < 0 or > MaxPage || !TryReadCursor(request.Cursor, out var after))
        {
            throw Invalid("limit must be 0 to 100, and cursor the next_cursor of a page.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var dead = await inbox.DeadAsync(after, limit + 1, context.CancellationToken);
        var response = new V1.ListDeadEventsResponse { NextCursor = dead.Count > limit ? Cursor(dead[limit - 1]) : "" };
        response.Events.AddRange(dead.Take(limit).Select(stored => stored.ToMessage()));
        return response;
    }

    public override async Task<V1.ReplayEventResponse> ReplayEvent(V1.ReplayEventRequest request, ServerCallContext context)
    {
        if (!StripeIds.IsId(request.EventId))
        {
            throw Invalid("event_id must be an id of Stripe's.");
        }
        if (await inbox.FindAsync(request.EventId, context.CancellationToken) is null)
        {
            throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.EventNotFound, "No such event was received.");
        }
        var reopened = await inbox.ReopenAsync(request.EventId, context.CancellationToken)
            ?? throw RpcErrors.Reject(StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.EventNotDead,
                "The event is done or waiting for a retry.");
        await processor.ProcessAsync(reopened);
        var stored = await inbox.FindAsync(request.EventId, context.CancellationToken);
        return new V1.ReplayEventResponse { Done = stored!.State == EventState.Done, Outcome = stored.Outcome ?? "" };
    }

    public override async Task<V1.ReconcileResponse> Reconcile(V1.ReconcileRequest request, ServerCallContext context)
    {
        if (request.LookBackHours is < 0 or > MaxLookBackHours)
        {
            throw Invalid("look_back_hours must be 0 to 720.");
        }
        var lookBack = request.LookBackHours == 0 ? options.Value.LookBack : TimeSpan.FromHours(request.LookBackHours);
        try
        {
            var report = await reconciler.RunAsync(lookBack, isDueOnly: false, context.CancellationToken)
                ?? throw RpcErrors.Reject(StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.ReconciliationRunning,
                    "A reconciliation is running.");
            return report.ToMessage();
        }
        catch (StripeUnavailableException outage)
        {
            throw StripeUnavailable(outage);
        }
    }

    public override async Task WatchPayments(
        V1.WatchPaymentsRequest request, IServerStreamWriter<V1.PaymentEvent> responseStream, ServerCallContext context)
    {
        if (request.AfterSequence < 0)
        {
            throw Invalid("after_sequence must not be negative.");
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var seen = request.AfterSequence;
        try
        {
            while (true)
            {
                var events = await EventsAfterAsync(seen, end.Token);
                foreach (var one in events)
                {
                    await responseStream.WriteAsync(one.ToMessage(), end.Token);
                    seen = one.Sequence;
                }
                if (events.Count < EventsAtOnce)
                {
                    await Task.Delay(EventsInterval, time, end.Token);
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping; watch again."));
        }
    }

    // A scope per query: the stream may stay open for days.
    private async Task<List<PaymentEvent>> EventsAfterAsync(long sequence, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PaymentEventLog>().AfterAsync(sequence, EventsAtOnce, cancellationToken);
    }

    private static bool IsKey(string key) => key.Length is > 0 and <= 100 && key.All(letter => letter is >= ' ' and <= '~');

    private static string Cursor(StoredEvent stored) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{stored.ReceivedAt.UtcTicks}:{stored.Id}")));

    private static bool TryReadCursor(string cursor, out (DateTimeOffset ReceivedAt, string Id)? after)
    {
        after = null;
        if (cursor.Length == 0)
        {
            return true;
        }
        var bytes = new byte[cursor.Length];
        if (!Convert.TryFromBase64String(cursor, bytes, out var length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var ticks, var id]
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTimeOffset.MaxValue.Ticks
            || !StripeIds.IsId(id))
        {
            return false;
        }
        after = (new DateTimeOffset(at, TimeSpan.Zero), id);
        return true;
    }

    private static RpcException Invalid(string detail) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, V1.PaymentsErrorCodes.InvalidArgument, detail);

    private static RpcException StripeUnavailable(StripeUnavailableException outage) =>
        RpcErrors.Reject(
            StatusCode.Unavailable, V1.PaymentsErrorCodes.StripeUnavailable,
            $"{outage.Message} What was started is recorded and will be completed.");
}
