using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>Creates one Stripe customer per user, also under concurrent requests.</summary>
internal sealed partial class Customers(PaymentsDbContext database, StripeApi stripe, TimeProvider time, ILogger<Customers> logger)
{
    /// <summary>The user's customer at Stripe, created if missing.</summary>
    /// <exception cref="StripeUnavailableException">There is none, and it cannot be created now.</exception>
    public async Task<string> EnsureAsync(Guid userId, CancellationToken cancellationToken)
    {
        var row = await RowAsync(userId, cancellationToken);
        if (row.CustomerId is not null)
        {
            return row.CustomerId;
        }
        try
        {
            // Concurrent requests read the same attempt number, so Stripe returns the same customer to both.
            var customer = await stripe.CreateCustomerAsync(row, cancellationToken);
            await Unchanged(row).ExecuteUpdateAsync(set => set.SetProperty(known => known.CustomerId, customer.Id), cancellationToken);
            return customer.Id;
        }
        catch (StripeUnavailableException outage) when (outage.IsKept)
        {
            await StartOverAsync(row, cancellationToken);
            throw;
        }
    }

    /// <summary>Replaces a customer that Stripe does not know (deleted there, or of another account).</summary>
    public async Task<string> ReplaceAsync(Guid userId, string lostCustomerId, CancellationToken cancellationToken)
    {
        var row = await RowAsync(userId, cancellationToken);
        if (row.CustomerId == lostCustomerId)
        {
            LogLost(userId, lostCustomerId);
            await StartOverAsync(row, cancellationToken);
        }
        return await EnsureAsync(userId, cancellationToken);
    }

    /// <summary>Takes over the e-mail that Stripe has now. False: it is not a customer of ours.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<bool> RefreshAsync(string customerId, CancellationToken cancellationToken)
    {
        var rows = database.Customers.Where(row => row.CustomerId == customerId);
        if (!await rows.AnyAsync(cancellationToken))
        {
            return false;
        }
        var email = await stripe.EmailOfAsync(customerId, cancellationToken);
        // Not of one that was erased meanwhile.
        await rows.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Email, row => email ?? row.Email).SetProperty(row => row.Cards, (string?)null),
            cancellationToken);
        return true;
    }

    private async Task<StripeCustomer> RowAsync(Guid userId, CancellationToken cancellationToken)
    {
        var rows = database.Customers.AsNoTracking().Where(row => row.UserId == userId);
        if (await rows.SingleOrDefaultAsync(cancellationToken) is { } known)
        {
            return known;
        }
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into customers (user_id, stripe_attempt, created_at) values ({userId}, 0, {time.GetUtcNow()})
            on conflict (user_id) do nothing
            """, cancellationToken);
        return await rows.SingleAsync(cancellationToken);
    }

    private Task StartOverAsync(StripeCustomer row, CancellationToken cancellationToken) => Unchanged(row).ExecuteUpdateAsync(
        set => set.SetProperty(known => known.CustomerId, (string?)null).SetProperty(known => known.StripeAttempt, row.StripeAttempt + 1),
        cancellationToken);

    private IQueryable<StripeCustomer> Unchanged(StripeCustomer row) =>
        database.Customers.Where(known => known.UserId == row.UserId && known.StripeAttempt == row.StripeAttempt);

    [LoggerMessage(LogLevel.Warning, "User {UserId}: Stripe does not know customer {CustomerId}; it is replaced")]
    private partial void LogLost(Guid userId, string customerId);
}
