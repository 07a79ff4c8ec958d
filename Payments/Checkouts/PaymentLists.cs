using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Finds and lists purchases of any user for operators.</summary>
internal sealed class PaymentLists(PaymentsDbContext database, StripeApi stripe)
{
    // Charges of cards, and of other methods.
    private static readonly string[] ChargePrefixes = ["ch_", "py_"];

    /// <summary>The purchase whose checkout session, payment, charge, refund or dispute that is.</summary>
    /// <exception cref="StripeUnavailableException">Only Stripe knows the payment of a charge.</exception>
    public async Task<Checkout?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (Array.Exists(ChargePrefixes, prefix => id.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return await stripe.PaymentOfChargeAsync(id, cancellationToken) is { } payment
                ? await FindRowAsync(payment, cancellationToken)
                : null;
        }
        return await FindRowAsync(id, cancellationToken);
    }

    /// <summary>The purchases of a user, and of those who belong to this one, the newest first.</summary>
    public async Task<List<Checkout>> OfUserAsync(
        Guid userId, (DateTimeOffset At, Guid Id)? below, int count, CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        var checkouts = database.Checkouts.AsNoTracking().Where(row => users.Contains(row.UserId));
        if (below is var (at, id))
        {
            checkouts = checkouts.Where(row => row.CreatedAt < at || (row.CreatedAt == at && row.Id.CompareTo(id) < 0));
        }
        return await checkouts.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(count)
            .ToListAsync(cancellationToken);
    }

    // By an index each; the id of another kind of object is in none of them.
    private async Task<Checkout?> FindRowAsync(string id, CancellationToken cancellationToken) =>
        await database.Checkouts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.SessionId == id || row.PaymentIntentId == id, cancellationToken)
        ?? await database.Checkouts.AsNoTracking().SingleOrDefaultAsync(
            row => database.Reversals.Any(reversal => reversal.Id == id && reversal.CheckoutId == row.Id), cancellationToken);
}
