using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Reads top-ups for their user's event stream.</summary>
internal sealed class UserTopups(IDbContextFactory<PaymentsDbContext> databases, TimeProvider time) : IUserRows<TopupStatusResponse>
{
    // Of one who was away: the newest.
    private const int MaxTopups = 1000;

    public string EventName => "topup";

    public async Task<IReadOnlyList<UserRow<TopupStatusResponse>>> ReadAsync(
        Guid[] users, long? since, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        // Without either id it has no name yet.
        var own = database.Checkouts.AsNoTracking()
            .Where(row => users.Contains(row.UserId) && (row.SessionId != null || row.PaymentIntentId != null));
        var rows = await (since is { } position ? ChangedSince(database, own, position) : Open(own, now))
            .Select(row => new
            {
                Checkout = row,
                ChangedIn = EF.Property<long?>(row, PaymentsDbContext.ChangedIn),
                GrantsChangedIn = database.Grants.Where(grant => grant.CheckoutId == row.Id)
                    .Max(grant => EF.Property<long?>(grant, PaymentsDbContext.ChangedIn)),
            })
            .OrderByDescending(row => row.ChangedIn).Take(MaxTopups).ToListAsync(cancellationToken);
        var ids = rows.Where(row => row.GrantsChangedIn is not null).Select(row => row.Checkout.Id).ToList();
        var grants = ids.Count == 0 ? [] : await database.Grants.AsNoTracking().Where(grant => ids.Contains(grant.CheckoutId))
            .OrderBy(grant => grant.Ordinal).ToListAsync(cancellationToken);
        var grantsOf = grants.ToLookup(grant => grant.CheckoutId);
        return
        [
            .. rows.Select(row => (row.Checkout, ChangedIn: Math.Max(row.ChangedIn ?? 0, row.GrantsChangedIn ?? 0)))
                .OrderBy(row => row.ChangedIn)
                .Select(row => new UserRow<TopupStatusResponse>(
                    row.Checkout.Id, row.ChangedIn, row.Checkout.ToResponse(grantsOf[row.Checkout.Id], now))),
        ];
    }

    private static IQueryable<Checkout> Open(IQueryable<Checkout> own, DateTimeOffset now) =>
        own.Where(row => row.Status == CheckoutStatus.Open && row.SessionExpiresAt > now);

    private static IQueryable<Checkout> ChangedSince(PaymentsDbContext database, IQueryable<Checkout> own, long position) =>
        own.Where(row => EF.Property<long?>(row, PaymentsDbContext.ChangedIn) >= position || database.Grants.Any(
            grant => grant.CheckoutId == row.Id && EF.Property<long?>(grant, PaymentsDbContext.ChangedIn) >= position));
}
