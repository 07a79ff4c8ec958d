using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The rows of checkouts.</summary>
internal sealed partial class Checkouts
{
    // The row of that id; else, if allowed, a recent open one of the same offer; else a new one. Its row exists before
    // Stripe is asked for a session: a payment must always find its checkout.
    private async Task<Checkout> FindOrCreateAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        var (checkoutId, userId, offer) = request;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Serialized per user, so that the second of two concurrent requests finds the first one's checkout.
        var email = await LockAsync(userId, cancellationToken);
        var mine = database.Checkouts.AsNoTracking().Where(row => row.UserId == userId);
        var checkout = await mine.SingleOrDefaultAsync(row => row.Id == checkoutId, cancellationToken);
        if (checkout is null && request.MayReuse)
        {
            var since = time.GetUtcNow() - options.Value.ReuseFor;
            var (grants, username) = (OfferedGrants.ToText(offer.Grants), request.AccessUsername);
            checkout = await mine
                .Where(row => row.Status == CheckoutStatus.Open && row.Source == PurchaseSource.Session && row.CreatedAt > since
                    && row.PackId == offer.PackId && row.Currency == Catalog.Currency && row.SavesCard == request.SavesCard
                    && row.AmountCents == offer.PriceCents && row.Credits == offer.Credits && row.BonusCredits == offer.BonusCredits
                    && row.Grants == grants && row.AccessUsername == username)
                .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        }
        if (checkout is null)
        {
            await limits.CheckAsync(userId, request.ClientAddress, offer.PriceCents, cancellationToken);
            await InsertAsync(request, PurchaseSource.Session, email, cancellationToken);
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

    /// <summary>Locks the user's purchases until the end of the transaction; returns the payer's e-mail, if known.</summary>
    public async Task<string?> LockAsync(Guid userId, CancellationToken cancellationToken)
    {
        var customers = await database.Customers
            .FromSql($"select * from customers where user_id = {userId} for update").AsNoTracking().ToListAsync(cancellationToken);
        return customers.Single().Email;
    }

    /// <summary>Adds a purchase, in the caller's transaction.</summary>
    public Task InsertAsync(CheckoutRequest request, PurchaseSource source, string? email, CancellationToken cancellationToken)
    {
        var (now, offer) = (time.GetUtcNow(), request.Offer);
        var isPage = source == PurchaseSource.Session;
        var expiresAt = isPage ? now + options.Value.SessionLifetime : (DateTimeOffset?)null;
        var minPaid = isPage ? options.Value.MinPaidFor(offer.PriceCents) : null;
        return database.Database.ExecuteSqlAsync(
            $"""
            insert into checkouts (id, user_id, pack_id, amount_cents, currency, credits, bonus_credits, status, stripe_attempt,
                source, saves_card, min_paid_cents, collects_tax, makes_invoice, receipt_email, client_address,
                session_expires_at, trace_parent, grants, access_username, created_at, updated_at)
            values ({request.CheckoutId}, {request.UserId}, {offer.PackId}, {offer.PriceCents}, {Catalog.Currency},
                {offer.Credits}, {offer.BonusCredits},
                {(short)CheckoutStatus.Open}, 0, {(short)source}, {request.SavesCard}, {minPaid}, {isPage && options.Value.CollectsTax},
                {isPage && options.Value.MakesInvoices}, {email}, {request.ClientAddress}, {expiresAt},
                {TraceParents.Current}, {OfferedGrants.ToText(offer.Grants)}, {request.AccessUsername}, {now}, {now})
            """, cancellationToken);
    }
}
