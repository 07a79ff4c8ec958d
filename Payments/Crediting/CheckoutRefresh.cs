using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// Brings a purchase up to date with Stripe in one step, for every caller (a webhook, the reconciler, a reader of the status): credits
/// what is paid, by a session or a saved card, and applies what was refunded or disputed before we heard of the payment.
/// </summary>
internal sealed class CheckoutRefresh(Crediting crediting, Reversals reversals, StripeApi stripe)
{
    /// <inheritdoc cref="Crediting.ApplyAsync" />
    public async Task<CreditingOutcome> ApplyAsync(
        string sessionId, SessionHint hint, Guid? claimedCheckoutId, CancellationToken cancellationToken) =>
        await ReverseAsync(await crediting.ApplyAsync(sessionId, hint, claimedCheckoutId, cancellationToken), cancellationToken);

    /// <summary>The same for a payment by a saved card, which has no session.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<CreditingOutcome> ApplyPaymentAsync(string paymentIntentId, CancellationToken cancellationToken) =>
        await stripe.GetPaymentAsync(paymentIntentId, cancellationToken) is { } payment
            ? await ApplyPaymentAsync(payment, cancellationToken)
            : CreditingOutcome.SessionUnknown;

    /// <summary>As above, for a payment that was just read.</summary>
    public async Task<CreditingOutcome> ApplyPaymentAsync(PaymentIntent payment, CancellationToken cancellationToken) =>
        await ReverseAsync(await crediting.ApplyPaymentAsync(payment, cancellationToken), cancellationToken);

    private async Task<CreditingOutcome> ReverseAsync(CreditingResult result, CancellationToken cancellationToken)
    {
        var (outcome, reversedPaymentId) = result;
        if (reversedPaymentId is not null)
        {
            await reversals.ApplyAsync(reversedPaymentId, cancellationToken);
        }
        return outcome;
    }
}
