using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>A checkout that can be paid now.</summary>
/// <param name="SessionId">Stripe's session.</param>
/// <param name="Url">Stripe's page.</param>
internal sealed record StartedCheckout(string SessionId, string Url)
{
    /// <summary>Without the URL: who has it can pay.</summary>
    public override string ToString() => $"{nameof(StartedCheckout)} {SessionId}";
}

/// <summary>Starts checkouts and reads their status.</summary>
internal sealed partial class Checkouts(
    PaymentsDbContext database, Customers customers, StripeApi stripe, CheckoutRefresh refresh, TopupLimits limits,
    IOptions<CheckoutOptions> options, PaymentsMeter meter, TimeProvider time, ILogger<Checkouts> logger)
{
    // For how long after its credit a missing receipt is looked for.
    private static readonly TimeSpan ReceiptTime = TimeSpan.FromDays(1);

    /// <summary>
    /// Starts a checkout, or continues the one with that id after an interrupted attempt. A recent unpaid checkout of the
    /// same offer is returned again instead of a second one.
    /// </summary>
    /// <exception cref="StripeUnavailableException">No session could be created; retry with the same id.</exception>
    /// <exception cref="ProblemException">The checkout of that id has ended, or the user is blocked.</exception>
    /// <exception cref="TopupLimitedException">A limit is reached.</exception>
    public async Task<StartedCheckout> StartAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        var userId = request.UserId;
        var customerId = await customers.EnsureAsync(userId, cancellationToken);
        var checkout = await FindOrCreateAsync(request, cancellationToken);
        if (checkout.SessionId is not null)
        {
            if (await OpenAsync(checkout, cancellationToken) is { } open)
            {
                LogReused(checkout.Id, checkout.SessionId, userId);
                return open;
            }
            if (checkout.Id == request.CheckoutId)
            {
                // Its session may be paid: another one for the same checkout could be paid too.
                throw Ended();
            }
            checkout = await FindOrCreateAsync(request with { MayReuse = false }, cancellationToken);
        }
        checkout = await WithTimeToPayAsync(checkout, cancellationToken);
        var session = await CreateSessionAsync(checkout, customerId, cancellationToken);
        if (session is null)
        {
            customerId = await customers.ReplaceAsync(userId, customerId, cancellationToken);
            checkout = await GetAsync(checkout.Id, cancellationToken);
            session = await CreateSessionAsync(checkout, customerId, cancellationToken)
                ?? throw new InvalidOperationException($"Stripe does not know customer {customerId} that it just created.");
        }
        var url = session.Url ?? throw new InvalidOperationException($"Session {session.Id} has no URL.");
        var now = time.GetUtcNow();
        await database.Checkouts.Where(row => row.Id == checkout.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SessionId, session.Id).SetProperty(row => row.SessionUrl, url)
                .SetProperty(row => row.UpdatedAt, now), cancellationToken);
        meter.Started();
        LogStarted(checkout.Id, session.Id, userId, checkout.AmountCents, checkout.TotalCredits);
        return new StartedCheckout(session.Id, url);
    }

    /// <summary>
    /// The checkout of that session or payment of the user, or of one who belongs to this one; null when there is none, or it is another
    /// user's.
    /// </summary>
    public Task<Checkout?> FindAsync(Guid userId, string id, CancellationToken cancellationToken) =>
        database.Checkouts.AsNoTracking().SingleOrDefaultAsync(
            row => (row.SessionId == id || row.PaymentIntentId == id) && (row.UserId == userId
                || database.JoinedUsers.Any(joined => joined.FromUserId == row.UserId && joined.IntoUserId == userId)),
            cancellationToken);

    /// <summary>As <see cref="FindAsync"/>; an open checkout is first updated from Stripe, which makes up for a lost webhook.</summary>
    public async Task<Checkout?> RefreshAsync(Guid userId, string id, CancellationToken cancellationToken)
    {
        var checkout = await FindAsync(userId, id, cancellationToken);
        if (checkout is null || !IsIncomplete(checkout) || !await TryLookAsync(checkout, cancellationToken))
        {
            return checkout;
        }
        try
        {
            await (checkout.SessionId is { } sessionId
                ? refresh.ApplyAsync(sessionId, SessionHint.None, null, cancellationToken)
                : refresh.ApplyPaymentAsync(checkout.PaymentIntentId!, cancellationToken));
        }
        catch (Exception outage) when (outage is StripeUnavailableException or RpcException)
        {
            // The stored status is still an answer; the webhook or the next request brings the update.
            LogNotRefreshed(checkout.Id, Outages.Reason(outage));
        }
        return await FindAsync(userId, id, cancellationToken);
    }

    // Open, or paid and without the receipt or the invoice, which come a little later.
    private bool IsIncomplete(Checkout checkout) =>
        checkout.Status == CheckoutStatus.Open
        || ((checkout.ReceiptUrl is null || (checkout.MakesInvoice && checkout.InvoiceUrl is null))
            && checkout.CreditedAt > time.GetUtcNow() - ReceiptTime);

    // Whether Stripe may be asked for the session now: once in a while for all callers on all replicas, since one user's polling must
    // not use up the account's rate limit. The others get what is stored.
    private async Task<bool> TryLookAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = now - options.Value.LookEvery;
        return 1 == await database.Checkouts.Where(row => row.Id == checkout.Id && (row.LookedAt == null || row.LookedAt <= before))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LookedAt, now), cancellationToken);
    }

    // Null when the checkout's session cannot be paid any more.
    private async Task<StartedCheckout?> OpenAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        if (checkout.Status != CheckoutStatus.Open)
        {
            return null;
        }
        if (checkout.SessionUrl is not null && !await TryLookAsync(checkout, cancellationToken))
        {
            return new StartedCheckout(checkout.SessionId!, checkout.SessionUrl);
        }
        return await stripe.GetSessionAsync(checkout.SessionId!, cancellationToken) is { Status: "open", Url: { } url }
            ? new StartedCheckout(checkout.SessionId!, url)
            : null;
    }

    // A key may be repeated up to a week after its first attempt failed; by then Stripe would reject the session's end.
    private async Task<Checkout> WithTimeToPayAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.Value.ExpiryOf(checkout) - now >= CheckoutOptions.MinTimeToPay)
        {
            return checkout;
        }
        var expiresAt = now + options.Value.SessionLifetime;
        // Another request, so another key. A second session is harmless: the first one's URL was never returned.
        await database.Checkouts.Where(row => row.Id == checkout.Id && row.StripeAttempt == checkout.StripeAttempt).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SessionExpiresAt, expiresAt)
                .SetProperty(row => row.StripeAttempt, checkout.StripeAttempt + 1), cancellationToken);
        return await GetAsync(checkout.Id, cancellationToken);
    }

    private static ProblemException Ended() => new(
        StatusCodes.Status409Conflict, "checkout_ended", "Checkout ended",
        "The checkout of this Idempotency-Key was paid or has expired. Use a new key for a new top-up.");

    // Stripe replays a failure for a day under the same key. A second session is harmless: the first one's URL was never returned.
    private async Task<Session?> CreateSessionAsync(Checkout checkout, string customerId, CancellationToken cancellationToken)
    {
        try
        {
            var session = await stripe.CreateSessionAsync(checkout, customerId, cancellationToken);
            if (session is null)
            {
                await TakeNextKeyAsync(checkout, cancellationToken);
            }
            return session;
        }
        catch (StripeUnavailableException outage) when (outage.IsKept)
        {
            await TakeNextKeyAsync(checkout, cancellationToken);
            throw;
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Checkout {CheckoutId} started: session {SessionId}, user {UserId}, {AmountCents} cents for {Credits} credits")]
    private partial void LogStarted(Guid checkoutId, string sessionId, Guid userId, long amountCents, long credits);

    [LoggerMessage(LogLevel.Information, "Checkout {CheckoutId}: session {SessionId} is reused for user {UserId}")]
    private partial void LogReused(Guid checkoutId, string sessionId, Guid userId);

    [LoggerMessage(LogLevel.Warning, "Checkout {CheckoutId} could not be refreshed from Stripe; the stored status is returned ({Reason})")]
    private partial void LogNotRefreshed(Guid checkoutId, string reason);
}
