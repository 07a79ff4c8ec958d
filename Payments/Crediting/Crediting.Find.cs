using Microsoft.EntityFrameworkCore;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>Finds the checkout of a session or a payment.</summary>
internal sealed partial class Crediting
{
    // A session whose id is not stored yet (a crash right after Stripe created it) is found by the checkout id in its metadata.
    private async Task<Checkout?> FindAsync(Session session, CancellationToken cancellationToken)
    {
        var checkouts = database.Checkouts.AsNoTracking();
        if (await checkouts.SingleOrDefaultAsync(row => row.SessionId == session.Id, cancellationToken) is { } known)
        {
            return known;
        }
        if (CheckoutIdOf(session.Metadata) is not { } checkoutId)
        {
            return null;
        }
        var now = time.GetUtcNow();
        await database.Checkouts
            .Where(row => row.Id == checkoutId && row.SessionId == null && row.UserId.ToString() == session.ClientReferenceId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SessionId, session.Id)
                .SetProperty(row => row.UpdatedAt, now), cancellationToken);
        // Stored just now, here or by the request that created it.
        return await checkouts.SingleOrDefaultAsync(row => row.SessionId == session.Id, cancellationToken);
    }

    // A payment whose id is not stored yet (a crash right after Stripe created it) is found as a session is.
    private async Task<Checkout?> FindAsync(PaymentIntent payment, CancellationToken cancellationToken)
    {
        var checkouts = database.Checkouts.AsNoTracking();
        return await checkouts.SingleOrDefaultAsync(row => row.PaymentIntentId == payment.Id, cancellationToken) is { } known
            ? known
            : CheckoutIdOf(payment.Metadata) is { } checkoutId
                ? await checkouts.SingleOrDefaultAsync(row => row.Id == checkoutId, cancellationToken)
                : null;
    }

    // As it was created by this service.
    private static bool IsAutoTopup(PaymentIntent payment) =>
        payment.Status == "succeeded" && payment.Metadata?.GetValueOrDefault(StripeApi.SourceKey) == StripeApi.AutoTopupSource;

    // Whether Stripe should know the session: one of our checkouts has it, or claims it and has no session yet.
    private Task<bool> IsExpectedAsync(string sessionId, Guid? claimedCheckoutId, CancellationToken cancellationToken) =>
        database.Checkouts.AnyAsync(
            row => row.SessionId == sessionId || (row.Id == claimedCheckoutId && row.SessionId == null), cancellationToken);

    // Paid, and with the metadata of our sessions, so a user's credits are missing.
    private async Task<bool> IsLostAsync(Session session, CancellationToken cancellationToken) =>
        session.PaymentStatus == "paid"
        && CheckoutIdOf(session.Metadata) is { } checkoutId
        && session.ClientReferenceId is not null && session.ClientReferenceId == session.Metadata!.GetValueOrDefault("user_id")
        && !await database.Checkouts.AnyAsync(row => row.Id == checkoutId, cancellationToken);

    private static Guid? CheckoutIdOf(Dictionary<string, string>? metadata) =>
        Guid.TryParseExact(metadata?.GetValueOrDefault("checkout_id"), "D", out var checkoutId) ? checkoutId : null;
}
