using Stripe;

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

    public Task<EventOutcome> HandleAsync(StripeEvent stripeEvent, CancellationToken cancellationToken) => stripeEvent.Type switch
    {
        EventTypes.CheckoutSessionCompleted => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentSucceeded => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentFailed => SettleAsync(stripeEvent, SessionNews.AsyncPaymentFailed, cancellationToken),
        EventTypes.CheckoutSessionExpired => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.PaymentIntentPaymentFailed => NoteFailedPayment(stripeEvent),
        EventTypes.ChargeRefunded => ReverseAsync(stripeEvent.About("charge").PaymentIntentId, cancellationToken),
        EventTypes.RefundCreated => ReverseAsync(stripeEvent.About("refund").PaymentIntentId, cancellationToken),
        EventTypes.RefundUpdated => ReverseAsync(stripeEvent.About("refund").PaymentIntentId, cancellationToken),
        EventTypes.RefundFailed => ReverseAsync(stripeEvent.About("refund").PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeCreated => ReverseAsync(stripeEvent.About("dispute").PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeUpdated => ReverseAsync(stripeEvent.About("dispute").PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeFundsWithdrawn => ReverseAsync(stripeEvent.About("dispute").PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeFundsReinstated => ReverseAsync(stripeEvent.About("dispute").PaymentIntentId, cancellationToken),
        EventTypes.ChargeDisputeClosed => ReverseAsync(stripeEvent.About("dispute").PaymentIntentId, cancellationToken),
        _ => Task.FromResult(EventOutcome.Unhandled),
    };

    private async Task<EventOutcome> SettleAsync(StripeEvent stripeEvent, SessionNews news, CancellationToken cancellationToken)
    {
        var session = stripeEvent.About("checkout.session");
        var outcome = await settlement.SettleAsync(session.ObjectId, news, cancellationToken);
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
    private Task<EventOutcome> NoteFailedPayment(StripeEvent stripeEvent)
    {
        var payment = stripeEvent.About("payment_intent");
        LogPaymentFailed(
            payment.ObjectId, payment.ObjectText("last_payment_error", "code"), payment.ObjectText("last_payment_error", "decline_code"));
        return Task.FromResult(EventOutcome.Noted);
    }

    [LoggerMessage(LogLevel.Information, "Payment {PaymentIntentId} failed: {Code} {DeclineCode}")]
    private partial void LogPaymentFailed(string paymentIntentId, string? code, string? declineCode);
}
