using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>An event's type → its handler. A handler may run any number of times, in any order.</summary>
internal sealed partial class EventDispatch(Settlement settlement, Reversals reversals, TimeProvider time, ILogger<EventDispatch> logger)
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    /// <summary>The types that have a handler; at most 20, since one question to Stripe names them all.</summary>
    public static readonly IReadOnlyList<string> HandledTypes =
    [
        EventTypes.CheckoutSessionCompleted,
        EventTypes.CheckoutSessionAsyncPaymentSucceeded,
        EventTypes.CheckoutSessionAsyncPaymentFailed,
        EventTypes.CheckoutSessionExpired,
        EventTypes.PaymentIntentPaymentFailed,
        EventTypes.ChargeRefunded,
        EventTypes.RefundCreated,
        EventTypes.RefundUpdated,
        EventTypes.RefundFailed,
        EventTypes.ChargeDisputeCreated,
        EventTypes.ChargeDisputeUpdated,
        EventTypes.ChargeDisputeFundsWithdrawn,
        EventTypes.ChargeDisputeFundsReinstated,
        EventTypes.ChargeDisputeClosed,
    ];

    public Task<EventOutcome> HandleAsync(Event stripeEvent, CancellationToken cancellationToken) => stripeEvent.Type switch
    {
        EventTypes.CheckoutSessionCompleted => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentSucceeded => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentFailed => SettleAsync(stripeEvent, SessionNews.AsyncPaymentFailed, cancellationToken),
        EventTypes.CheckoutSessionExpired => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.PaymentIntentPaymentFailed => NoteFailedPayment(stripeEvent),
        EventTypes.ChargeRefunded => ReverseAsync(Subject<Charge>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.RefundCreated => ReverseAsync(Subject<Refund>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.RefundUpdated => ReverseAsync(Subject<Refund>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.RefundFailed => ReverseAsync(Subject<Refund>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeCreated => ReverseAsync(Subject<Dispute>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeUpdated => ReverseAsync(Subject<Dispute>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeFundsWithdrawn => ReverseAsync(Subject<Dispute>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeFundsReinstated => ReverseAsync(Subject<Dispute>(stripeEvent).PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeClosed => ReverseAsync(Subject<Dispute>(stripeEvent).PaymentIntentId, cancellationToken),
        _ => Task.FromResult(EventOutcome.Unhandled),
    };

    private async Task<EventOutcome> SettleAsync(Event stripeEvent, SessionNews news, CancellationToken cancellationToken)
    {
        var session = Subject<Session>(stripeEvent);
        var outcome = await settlement.SettleAsync(session.Id, news, cancellationToken);
        if (outcome == SettlementOutcome.Credited && session.PaymentIntentId is { } paymentIntentId && time.GetUtcNow() - stripeEvent.Created > Late)
        {
            // A refund or a dispute may have found nothing to take back meanwhile, and be long past.
            await reversals.ApplyAsync(paymentIntentId, cancellationToken);
        }
        return outcome.ToEventOutcome();
    }

    // What happened is read from Stripe, not from the event: the event only says where to look.
    private async Task<EventOutcome> ReverseAsync(string? paymentIntentId, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(paymentIntentId)
            ? ReversalOutcome.NotOurs.ToEventOutcome()
            : (await reversals.ApplyAsync(paymentIntentId, cancellationToken)).ToEventOutcome();

    // The session stays open: the customer may try another card.
    private Task<EventOutcome> NoteFailedPayment(Event stripeEvent)
    {
        var payment = Subject<PaymentIntent>(stripeEvent);
        LogPaymentFailed(payment.Id, payment.LastPaymentError?.Code, payment.LastPaymentError?.DeclineCode);
        return Task.FromResult(EventOutcome.Noted);
    }

    private static T Subject<T>(Event stripeEvent) where T : class =>
        stripeEvent.Data?.Object as T ?? throw new InvalidOperationException($"Event {stripeEvent.Id} of type {stripeEvent.Type} is not about a {typeof(T).Name}.");

    [LoggerMessage(LogLevel.Information, "Payment {PaymentIntentId} failed: {Code} {DeclineCode}")]
    private partial void LogPaymentFailed(string paymentIntentId, string? code, string? declineCode);
}
