using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>The rows of checkouts, made before Stripe hears of them: a payment must never meet a checkout that we do not know.</summary>
internal sealed class CheckoutRecords(PaymentsDbContext database, PaymentsOptions options, TimeProvider time)
{
    /// <summary>The row of that id, if there is one; else, where it may be, an open one of the same offer that is hardly older; else a new one.</summary>
    public async Task<Checkout> TakeAsync(Guid checkoutId, Guid userId, Offer offer, bool mayReuse, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // One at a time for a user: of two who ask for the same at once, the second finds what the first made.
        var email = await LockAsync(userId, cancellationToken);
        var mine = database.Checkouts.AsNoTracking().Where(row => row.UserId == userId);
        var checkout = await mine.SingleOrDefaultAsync(row => row.Id == checkoutId, cancellationToken);
        if (checkout is null && mayReuse)
        {
            var since = time.GetUtcNow() - options.ReuseFor;
            checkout = await mine
                .Where(row => row.Status == CheckoutStatus.Open && row.CreatedAt > since && row.PackId == offer.PackId && row.Currency == Catalog.Currency
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

    public Task<Checkout> GetAsync(Guid checkoutId, CancellationToken cancellationToken) =>
        database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == checkoutId, cancellationToken);

    /// <summary>The next request to Stripe for this checkout's session is another one than the last.</summary>
    public Task TakeNextKeyAsync(Checkout checkout, CancellationToken cancellationToken) => database.Checkouts
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
            insert into checkouts (id, user_id, pack_id, amount_cents, currency, credits, bonus_credits, status, stripe_attempt, receipt_email, created_at, updated_at)
            values ({checkoutId}, {userId}, {offer.PackId}, {offer.PriceCents}, {Catalog.Currency}, {offer.Credits}, {offer.BonusCredits},
                {(short)CheckoutStatus.Open}, 0, {email}, {now}, {now})
            """, cancellationToken);
    }
}
