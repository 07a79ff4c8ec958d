using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The gRPC API, for other services and operators.</summary>
internal sealed partial class PaymentsService(
    Checkouts checkouts, OperatorRefunds refunds, WebhookInbox inbox, EventProcessor processor, Reconciler reconciler,
    WalletCommandRetries walletCommands, OperatorRefundRetries refundRetries, ParkedItems parked, ParkedRetries parkedRetries,
    TopupBlocks blocks, Erasure erasure, Disputes disputes, PaymentLists payments, PaymentFigures figures, GrantLists grants,
    GrantTasks grantTasks, IOptions<ProvisioningOptions> provisioning, EventStreams<PaymentsDbContext, PaymentEvent> events,
    IOptions<ReconcilerOptions> options, TimeProvider time)
    : V1.PaymentsService.PaymentsServiceBase
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;
    private const int MaxLookBackHours = 720;
    private const int MaxNoteLength = 500;

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
            || reason is not ("duplicate" or "fraudulent" or "requested_by_customer")
            || !IsKey(request.Actor) || request.Note.Length > MaxNoteLength || request.Note.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid(
                "payment_intent_id, idempotency_key (1 to 100 printable ASCII characters), amount_cents (0 or more), reason, actor (1 to "
                + "100 printable ASCII characters) or note (up to 500 characters) is missing or malformed.");
        }
        try
        {
            var (refund, isReplayed) = await refunds.RefundAsync(
                new OperatorRefundRequest(
                    request.IdempotencyKey, request.PaymentIntentId, request.AmountCents, request.Force, reason, request.Actor,
                    request.Note),
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
        catch (RpcException outage) when (IsWalletOutage(outage, context))
        {
            throw WalletUnavailable("What was recorded of the refund will be completed; repeat the call with the same key.");
        }
    }

    public override async Task<V1.ListDeadEventsResponse> ListDeadEvents(V1.ListDeadEventsRequest request, ServerCallContext context)
    {
        if (request.Limit is < 0 or > MaxPage || !OperatorCursor.TryRead(request.Cursor, out var after)
            || (after is var (_, id) && !StripeIds.IsId(id)))
        {
            throw Invalid("limit must be 0 to 100, and cursor the next_cursor of a page.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var dead = await inbox.DeadAsync(after, limit + 1, context.CancellationToken);
        var response = new V1.ListDeadEventsResponse
        {
            NextCursor = dead.Count > limit ? OperatorCursor.Of(dead[limit - 1].ReceivedAt, dead[limit - 1].Id) : "",
        };
        response.Events.AddRange(dead.Take(limit).Select(stored => stored.ToMessage()));
        return response;
    }

    public override async Task<V1.ReplayEventResponse> ReplayEvent(V1.ReplayEventRequest request, ServerCallContext context)
    {
        if (!StripeIds.IsId(request.EventId))
        {
            throw Invalid("event_id must be an id of Stripe's.");
        }
        var kept = await inbox.FindAsync(request.EventId, context.CancellationToken)
            ?? throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.EventNotFound, "No such event was received.");
        if (kept is { Payload.Length: 0, State: EventState.Dead })
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.EventEmptied, "The event's content is deleted.");
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
        var report = await reconciler.RunAsync(lookBack, isDueOnly: false, context.CancellationToken)
            ?? throw RpcErrors.Reject(StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.ReconciliationRunning,
                "A reconciliation is running.");
        report.Commands += await walletCommands.SendDueAsync(context.CancellationToken);
        report.Commands += await refundRetries.FinishAsync(time.GetUtcNow(), context.CancellationToken);
        return report.ToMessage();
    }

    public override async Task WatchPayments(
        V1.WatchPaymentsRequest request, IServerStreamWriter<V1.PaymentEvent> responseStream, ServerCallContext context)
    {
        if (request.AfterSequence < 0)
        {
            throw Invalid("after_sequence must not be negative.");
        }
        await events.WriteAsync(request.AfterSequence, PaymentEventLog.ToMessagesAsync, responseStream, context.CancellationToken);
    }

    private static bool IsKey(string key) => key.Length is > 0 and <= 100 && key.All(letter => letter is >= ' ' and <= '~');

    private static RpcException Invalid(string detail) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, V1.PaymentsErrorCodes.InvalidArgument, detail);

    private static RpcException StripeUnavailable(StripeUnavailableException outage) =>
        RpcErrors.Reject(
            StatusCode.Unavailable, V1.PaymentsErrorCodes.StripeUnavailable,
            $"{outage.Message} What was started is recorded and will be completed.");

    // Whatever code the wallet gives: it is of the wallet's contract and not of ours.
    private static bool IsWalletOutage(RpcException failure, ServerCallContext context) =>
        failure is not RpcRejection && Outages.IsOutage(failure, context.CancellationToken);

    private static RpcRejection WalletUnavailable(string detail) =>
        RpcErrors.Reject(StatusCode.Unavailable, V1.PaymentsErrorCodes.WalletUnavailable, $"The wallet is unavailable. {detail}");
}
