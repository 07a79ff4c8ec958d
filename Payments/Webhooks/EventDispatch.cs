using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Maps event types to handlers. Handlers are idempotent and independent of the order of events.</summary>
internal sealed partial class EventDispatch(
    CheckoutRefresh checkouts, Reversals reversals, FraudWarnings warnings, Customers customers, PaymentsDbContext database,
    IOptions<StripeOptions> options, PaymentsMeter meter, TimeProvider time,
    ILogger<EventDispatch> logger)
{
    private static readonly Dictionary<string, (string ObjectKind, Func<EventDispatch, Handler> Handler)> Handlers = new()
    {
        [EventTypes.CheckoutSessionCompleted] = ("checkout.session", dispatch => dispatch.Credit(SessionHint.None)),
        [EventTypes.CheckoutSessionAsyncPaymentSucceeded] = ("checkout.session", dispatch => dispatch.Credit(SessionHint.None)),
        [EventTypes.CheckoutSessionAsyncPaymentFailed] = ("checkout.session", dispatch => dispatch.Credit(SessionHint.AsyncPaymentFailed)),
        [EventTypes.CheckoutSessionExpired] = ("checkout.session", dispatch => dispatch.Credit(SessionHint.None)),
        [EventTypes.PaymentIntentSucceeded] = ("payment_intent", dispatch => dispatch.CreditPaymentAsync),
        [EventTypes.PaymentIntentCanceled] = ("payment_intent", dispatch => dispatch.CreditPaymentAsync),
        [EventTypes.PaymentIntentPaymentFailed] = ("payment_intent", dispatch => dispatch.LogFailedPaymentAsync),
        [EventTypes.CustomerUpdated] = ("customer", dispatch => dispatch.UpdateCustomerAsync),
        [EventTypes.ChargeRefunded] = ("charge", dispatch => dispatch.ReverseAsync),
        [EventTypes.RefundCreated] = ("refund", dispatch => dispatch.ReverseAsync),
        [EventTypes.RefundUpdated] = ("refund", dispatch => dispatch.ReverseAsync),
        [EventTypes.RefundFailed] = ("refund", dispatch => dispatch.ReverseAsync),
        [EventTypes.RadarEarlyFraudWarningCreated] = ("radar.early_fraud_warning", dispatch => dispatch.WarnAsync),
        [EventTypes.ChargeDisputeCreated] = ("dispute", dispatch => dispatch.ReverseAsync),
        [EventTypes.ChargeDisputeUpdated] = ("dispute", dispatch => dispatch.ReverseAsync),
        [EventTypes.ChargeDisputeFundsWithdrawn] = ("dispute", dispatch => dispatch.ReverseAsync),
        [EventTypes.ChargeDisputeFundsReinstated] = ("dispute", dispatch => dispatch.ReverseAsync),
        [EventTypes.ChargeDisputeClosed] = ("dispute", dispatch => dispatch.ReverseAsync),
    };

    /// <summary>The types that have a handler; at most 20, the limit of a list request to Stripe.</summary>
    public static IReadOnlyCollection<string> HandledTypes => Handlers.Keys;

    public Task<EventOutcome> HandleAsync(StoredEvent stored, CancellationToken cancellationToken) =>
        Handlers.TryGetValue(stored.Type, out var route)
            ? HandleAsync(stored, route.ObjectKind, route.Handler(this), cancellationToken)
            : Task.FromResult(EventOutcome.Unhandled);

    private async Task<EventOutcome> HandleAsync(
        StoredEvent stored, string objectKind, Handler handler, CancellationToken cancellationToken)
    {
        EventSubject subject;
        try
        {
            subject = EventSubject.Read(stored.Payload, objectKind);
        }
        catch (MalformedEventException malformed)
        {
            return EventOutcome.Malformed(malformed);
        }
        return options.Value.IsLive is { } isLive && subject.IsLive != isLive
            ? EventOutcome.OtherMode
            : await handler(subject, cancellationToken);
    }

    private Handler Credit(SessionHint hint) => (session, cancellationToken) => CreditAsync(session, hint, cancellationToken);

    private async Task<EventOutcome> CreditAsync(EventSubject session, SessionHint hint, CancellationToken cancellationToken)
    {
        var outcome = await checkouts.ApplyAsync(session.Id, hint, session.CheckoutId, cancellationToken);
        if (outcome == CreditingOutcome.Credited)
        {
            meter.CreditedAfter(time.GetUtcNow() - session.CreatedAt);
        }
        return outcome.ToEventOutcome();
    }

    // Only those without a session are credited by it; the event of a session's payment costs no call.
    private async Task<EventOutcome> CreditPaymentAsync(EventSubject payment, CancellationToken cancellationToken)
    {
        if (payment.CheckoutId is not { } checkoutId)
        {
            return CreditingOutcome.NotOurs.ToEventOutcome();
        }
        if (await database.Checkouts.AnyAsync(
            row => row.Id == checkoutId && row.Source == PurchaseSource.Session, cancellationToken))
        {
            return CreditingOutcome.BySession.ToEventOutcome();
        }
        var outcome = await checkouts.ApplyPaymentAsync(payment.Id, cancellationToken);
        if (outcome == CreditingOutcome.Credited)
        {
            meter.CreditedAfter(time.GetUtcNow() - payment.CreatedAt);
        }
        return outcome.ToEventOutcome();
    }

    // The current state is read from Stripe; the event only tells which payment to read.
    private async Task<EventOutcome> ReverseAsync(EventSubject subject, CancellationToken cancellationToken) =>
        subject.PaymentIntentId is null
            ? ReversalOutcome.NotOurs.ToEventOutcome()
            : (await reversals.ApplyAsync(subject.PaymentIntentId, cancellationToken)).ToEventOutcome();

    // The user changed the e-mail or the cards, for example in the billing portal.
    private async Task<EventOutcome> UpdateCustomerAsync(EventSubject customer, CancellationToken cancellationToken) =>
        await customers.RefreshAsync(customer.Id, cancellationToken) ? EventOutcome.Noted : CreditingOutcome.NotOurs.ToEventOutcome();

    private Task<EventOutcome> WarnAsync(EventSubject warning, CancellationToken cancellationToken) =>
        warnings.HandleAsync(warning.Id, warning.PaymentIntentId, cancellationToken);

    // The session stays open: the customer may use another card. The limits for top-ups count the failure.
    private async Task<EventOutcome> LogFailedPaymentAsync(EventSubject payment, CancellationToken cancellationToken)
    {
        LogPaymentFailed(payment.Id, payment.ErrorCode, payment.DeclineCode);
        if (payment.CheckoutId is { } checkoutId)
        {
            await database.Database.ExecuteSqlAsync(
                $"""
                insert into failed_payments (event_id, user_id, client_address, failed_at)
                select {payment.EventId}, user_id, client_address, {payment.CreatedAt} from checkouts where id = {checkoutId}
                on conflict (event_id) do nothing
                """, cancellationToken);
            if (await database.Checkouts.AnyAsync(
                row => row.Id == checkoutId && row.Source == PurchaseSource.AutoTopup, cancellationToken))
            {
                await checkouts.ApplyPaymentAsync(payment.Id, cancellationToken);
            }
        }
        return EventOutcome.Noted;
    }

    private delegate Task<EventOutcome> Handler(EventSubject subject, CancellationToken cancellationToken);

    [LoggerMessage(LogLevel.Information, "Payment {PaymentIntentId} failed: {Code} {DeclineCode}")]
    private partial void LogPaymentFailed(string paymentIntentId, string? code, string? declineCode);
}
