using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>A checkout that can be paid now.</summary>
/// <param name="SessionId">Stripe's session.</param>
/// <param name="Url">Stripe's page.</param>
internal sealed record StartedCheckout(string SessionId, string Url);

/// <summary>Starts checkouts and reads their status.</summary>
internal sealed partial class Checkouts(
    PaymentsDbContext database, Customers customers, StripeApi stripe, Crediting crediting, IOptions<CheckoutOptions> options,
    PaymentsMeter meter, TimeProvider time, ILogger<Checkouts> logger)
{
    /// <summary>
    /// Starts a checkout, or continues the one with that id after an interrupted attempt. A recent unpaid checkout of the
    /// same offer is returned again instead of a second one.
    /// </summary>
    /// <exception cref="StripeUnavailableException">No session could be created; retry with the same id.</exception>
    public async Task<StartedCheckout> StartAsync(Guid checkoutId, Guid userId, Offer offer, CancellationToken cancellationToken)
    {
        var customerId = await customers.EnsureAsync(userId, cancellationToken);
        var checkout = await FindOrCreateAsync(checkoutId, userId, offer, mayReuse: true, cancellationToken);
        if (checkout.Id != checkoutId && checkout.SessionId is not null)
        {
            if (await stripe.GetSessionAsync(checkout.SessionId, cancellationToken) is { Status: "open", Url: { } url })
            {
                LogReused(checkout.Id, checkout.SessionId, userId);
                return new StartedCheckout(checkout.SessionId, url);
            }
            checkout = await FindOrCreateAsync(checkoutId, userId, offer, mayReuse: false, cancellationToken);
        }
        var session = await CreateSessionAsync(checkout, customerId, cancellationToken);
        if (session is null)
        {
            customerId = await customers.ReplaceAsync(userId, customerId, cancellationToken);
            checkout = await GetAsync(checkout.Id, cancellationToken);
            session = await CreateSessionAsync(checkout, customerId, cancellationToken)
                ?? throw new InvalidOperationException($"Stripe does not know customer {customerId} that it just created.");
        }
        var now = time.GetUtcNow();
        await database.Checkouts.Where(row => row.Id == checkout.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SessionId, session.Id).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        meter.Started();
        LogStarted(checkout.Id, session.Id, userId, checkout.AmountCents, checkout.TotalCredits);
        return new StartedCheckout(session.Id, session.Url ?? throw new InvalidOperationException($"Session {session.Id} has no URL."));
    }

    /// <summary>The user's checkout of that session; null when there is none, or it belongs to another user.</summary>
    public Task<Checkout?> FindAsync(Guid userId, string sessionId, CancellationToken cancellationToken) =>
        database.Checkouts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.UserId == userId && row.SessionId == sessionId, cancellationToken);

    /// <summary>As <see cref="FindAsync"/>; an open checkout is first updated from Stripe, which makes up for a lost webhook.</summary>
    public async Task<Checkout?> RefreshAsync(Guid userId, string sessionId, CancellationToken cancellationToken)
    {
        var checkout = await FindAsync(userId, sessionId, cancellationToken);
        if (checkout is not { Status: CheckoutStatus.Open })
        {
            return checkout;
        }
        try
        {
            await crediting.ApplyAsync(sessionId, SessionHint.None, null, cancellationToken);
        }
        catch (Exception outage) when (outage is StripeUnavailableException or RpcException)
        {
            // The stored status is still an answer; the webhook or the next request brings the update.
            LogNotRefreshed(checkout.Id, Outages.Reason(outage));
        }
        return await FindAsync(userId, sessionId, cancellationToken);
    }

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

    // The row of that id; else, if allowed, a recent open one of the same offer; else a new one. Its row exists before
    // Stripe is asked for a session: a payment must always find its checkout.
    private async Task<Checkout> FindOrCreateAsync(
        Guid checkoutId, Guid userId, Offer offer, bool mayReuse, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Serialized per user, so that the second of two concurrent requests finds the first one's checkout.
        var email = await LockAsync(userId, cancellationToken);
        var mine = database.Checkouts.AsNoTracking().Where(row => row.UserId == userId);
        var checkout = await mine.SingleOrDefaultAsync(row => row.Id == checkoutId, cancellationToken);
        if (checkout is null && mayReuse)
        {
            var since = time.GetUtcNow() - options.Value.ReuseFor;
            checkout = await mine
                .Where(row => row.Status == CheckoutStatus.Open && row.CreatedAt > since && row.PackId == offer.PackId
                    && row.Currency == Catalog.Currency
                    && row.AmountCents == offer.PriceCents && row.Credits == offer.Credits && row.BonusCredits == offer.BonusCredits)
                .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        }
        if (checkout is null)
        {
            await InsertAsync(checkoutId, userId, offer, email, cancellationToken);
            checkout = await GetAsync(checkoutId, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return checkout;
    }

    private Task<Checkout> GetAsync(Guid checkoutId, CancellationToken cancellationToken) =>
        database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);

    // The next request to Stripe for this checkout's session uses another idempotency key.
    private Task TakeNextKeyAsync(Checkout checkout, CancellationToken cancellationToken) => database.Checkouts
        .Where(row => row.Id == checkout.Id && row.StripeAttempt == checkout.StripeAttempt)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.StripeAttempt, checkout.StripeAttempt + 1), cancellationToken);

    private async Task<string?> LockAsync(Guid userId, CancellationToken cancellationToken)
    {
        var customers = await database.Customers
            .FromSql($"select * from customers where user_id = {userId} for update").AsNoTracking().ToListAsync(cancellationToken);
        return customers.Single().Email;
    }

    private Task InsertAsync(Guid checkoutId, Guid userId, Offer offer, string? email, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Database.ExecuteSqlAsync(
            $"""
            insert into checkouts (id, user_id, pack_id, amount_cents, currency, credits, bonus_credits, status, stripe_attempt,
                receipt_email, trace_parent, created_at, updated_at)
            values ({checkoutId}, {userId}, {offer.PackId}, {offer.PriceCents}, {Catalog.Currency}, {offer.Credits}, {offer.BonusCredits},
                {(short)CheckoutStatus.Open}, 0, {email}, {TraceParents.Current}, {now}, {now})
            """, cancellationToken);
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
