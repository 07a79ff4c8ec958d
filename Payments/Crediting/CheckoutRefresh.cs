namespace ReelBallers.Payments;

/// <summary>
/// Brings a checkout up to date with Stripe in one step, for every caller (a webhook, the reconciler, a reader of the status): credits a
/// paid session and applies what was refunded or disputed before we heard of the payment.
/// </summary>
internal sealed class CheckoutRefresh(Crediting crediting, Reversals reversals)
{
    /// <inheritdoc cref="Crediting.ApplyAsync" />
    public async Task<CreditingOutcome> ApplyAsync(
        string sessionId, SessionHint hint, Guid? claimedCheckoutId, CancellationToken cancellationToken)
    {
        var (outcome, reversedPaymentId) = await crediting.ApplyAsync(sessionId, hint, claimedCheckoutId, cancellationToken);
        if (reversedPaymentId is not null)
        {
            await reversals.ApplyAsync(reversedPaymentId, cancellationToken);
        }
        return outcome;
    }
}
