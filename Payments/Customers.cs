using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>One Stripe customer a user, however many ask at once.</summary>
internal sealed partial class Customers(PaymentsDbContext database, StripeApi stripe, TimeProvider time, ILogger<Customers> logger)
{
    /// <summary>The user's customer at Stripe, made where there was none.</summary>
    public async Task<string> EnsureAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (await FindAsync(userId, cancellationToken) is { } known)
        {
            return known;
        }
        // Two who get here at once get the same customer from Stripe, by its key, and one row, by ours.
        var customer = await stripe.CreateCustomerAsync(userId, $"customer:{userId}", cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into customers (user_id, customer_id, created_at) values ({userId}, {customer.Id}, {time.GetUtcNow()})
            on conflict (user_id) do nothing
            """, cancellationToken);
        return await FindAsync(userId, cancellationToken) ?? customer.Id;
    }

    /// <summary>Another customer in place of one that Stripe does not know (deleted there, or of another account).</summary>
    public async Task<string> ReplaceAsync(Guid userId, string lostCustomerId, CancellationToken cancellationToken)
    {
        var customer = await stripe.CreateCustomerAsync(userId, $"customer:{userId}:{lostCustomerId}", cancellationToken);
        LogReplaced(userId, lostCustomerId, customer.Id);
        await database.Customers
            .Where(row => row.UserId == userId && row.CustomerId == lostCustomerId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CustomerId, customer.Id), cancellationToken);
        return await FindAsync(userId, cancellationToken) ?? customer.Id;
    }

    private Task<string?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Customers.Where(row => row.UserId == userId).Select(row => row.CustomerId).SingleOrDefaultAsync(cancellationToken);

    [LoggerMessage(LogLevel.Warning, "User {UserId}: Stripe does not know customer {LostCustomerId}, {CustomerId} takes its place")]
    private partial void LogReplaced(Guid userId, string lostCustomerId, string customerId);
}
