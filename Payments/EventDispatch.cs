using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>An event's type → its handler. A handler may run any number of times, in any order.</summary>
internal sealed partial class EventDispatch(Settlement settlement, ILogger<EventDispatch> logger)
{
    public Task<EventOutcome> HandleAsync(Event stripeEvent, CancellationToken cancellationToken) => stripeEvent.Type switch
    {
        EventTypes.CheckoutSessionCompleted => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentSucceeded => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.CheckoutSessionAsyncPaymentFailed => SettleAsync(stripeEvent, SessionNews.AsyncPaymentFailed, cancellationToken),
        EventTypes.CheckoutSessionExpired => SettleAsync(stripeEvent, SessionNews.None, cancellationToken),
        EventTypes.PaymentIntentPaymentFailed => NoteFailedPayment(stripeEvent),
        _ => Task.FromResult(EventOutcome.Unhandled),
    };

    private async Task<EventOutcome> SettleAsync(Event stripeEvent, SessionNews news, CancellationToken cancellationToken)
    {
        var outcome = await settlement.SettleAsync(Subject<Session>(stripeEvent).Id, news, cancellationToken);
        return outcome.ToEventOutcome();
    }

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
