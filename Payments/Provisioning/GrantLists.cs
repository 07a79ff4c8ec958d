using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>A grant as it is shown.</summary>
/// <param name="Grant">The row.</param>
/// <param name="SessionId">Stripe's checkout session of its purchase.</param>
/// <param name="PackId">The pack.</param>
internal sealed record ShownGrant(AccessGrant Grant, string? SessionId, string? PackId);

/// <summary>How the grants stand.</summary>
/// <param name="Pending">That the API is to give or to take away.</param>
/// <param name="OldestPendingAt">Since when the first of them waits; null for none.</param>
/// <param name="WaitingForSession">Of these, those that the end of the session has stopped.</param>
/// <param name="Tasks">That an operator is to give or to take away.</param>
/// <param name="Dead">That are not tried any more.</param>
/// <param name="Done">That the API did in the last day.</param>
/// <param name="GivenUp">That the API did not do in the last day.</param>
/// <param name="LastError">The last failure.</param>
/// <param name="LastErrorAt">When it was.</param>
internal sealed record ProvisioningHealth(
    long Pending, DateTimeOffset? OldestPendingAt, long WaitingForSession, long Tasks, long Dead, long Done, long GivenUp,
    string? LastError, DateTimeOffset? LastErrorAt)
{
    /// <summary>The share of the grants of the last day that the API did; null when there were none.</summary>
    public double? SuccessRate => Done + GivenUp == 0 ? null : (double)Done / (Done + GivenUp);
}

/// <summary>Reads grants for users and operators.</summary>
internal sealed class GrantLists(PaymentsDbContext database, TimeProvider time)
{
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromDays(1);

    private static readonly GrantState[] Due = [GrantState.Pending, GrantState.Revoking];
    private static readonly GrantState[] Tasks = [GrantState.Manual, GrantState.ManualRevoke];
    private static readonly GrantState[] Dead = [GrantState.Failed, GrantState.RevokeFailed];
    private static readonly GrantState[] Done = [GrantState.Granted, GrantState.Revoked];

    /// <summary>The grants of a user, and of those who belong to this one, the newest first.</summary>
    public async Task<List<ShownGrant>> OfUserAsync(
        Guid userId, (DateTimeOffset At, Guid Id)? below, int count, CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        var grants = database.Grants.Where(row => users.Contains(row.UserId));
        if (below is var (at, id))
        {
            grants = grants.Where(row => row.CreatedAt < at || (row.CreatedAt == at && row.Id.CompareTo(id) < 0));
        }
        return await Shown(grants.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(count))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The grants of a purchase.</summary>
    public Task<List<AccessGrant>> OfCheckoutAsync(Guid checkoutId, CancellationToken cancellationToken) =>
        database.Grants.AsNoTracking().Where(row => row.CheckoutId == checkoutId).OrderBy(row => row.Ordinal)
            .ToListAsync(cancellationToken);

    /// <summary>What waits for an operator, the oldest first.</summary>
    public Task<List<ShownGrant>> TasksAsync((DateTimeOffset At, Guid Id)? after, int count, CancellationToken cancellationToken) =>
        OldestAsync(Tasks, after, count, cancellationToken);

    /// <summary>What is not tried any more, the oldest first.</summary>
    public Task<List<ShownGrant>> DeadAsync((DateTimeOffset At, Guid Id)? after, int count, CancellationToken cancellationToken) =>
        OldestAsync(Dead, after, count, cancellationToken);

    /// <summary>What all grants for the access of this one ask for now.</summary>
    public async Task<WantedAccess> WantedAsync(AccessGrant grant, CancellationToken cancellationToken) => GrantRules.Wanted(
        await database.Grants.AsNoTracking().SameAccess(grant).ToListAsync(cancellationToken), time.GetUtcNow());

    /// <summary>As <see cref="WantedAsync(AccessGrant, CancellationToken)"/> for each of these, by a single query.</summary>
    public async Task<IReadOnlyList<WantedAccess>> WantedAsync(
        IReadOnlyCollection<AccessGrant> grants, CancellationToken cancellationToken)
    {
        var products = grants.Select(grant => grant.Product).Distinct().ToList();
        var keys = grants.Select(grant => grant.AccessKey).Distinct().ToList();
        var found = await database.Grants.AsNoTracking()
            .Where(row => products.Contains(row.Product) && keys.Contains(row.AccessKey)).ToListAsync(cancellationToken);
        var (byAccess, now) = (found.ToLookup(row => (row.Product, row.AccessKey)), time.GetUtcNow());
        return [.. grants.Select(grant => GrantRules.Wanted(byAccess[(grant.Product, grant.AccessKey)], now))];
    }

    /// <summary>How they stand now.</summary>
    public async Task<ProvisioningHealth> HealthAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - HealthPeriod;
        var pending = database.Grants.Where(row => Due.Contains(row.State));
        var recent = database.Grants.Where(row => row.UpdatedAt >= since && row.BegunAt != null);
        var last = await database.Grants.Where(row => row.ErrorAt != null).OrderByDescending(row => row.ErrorAt)
            .Select(row => new { row.Error, row.ErrorAt }).FirstOrDefaultAsync(cancellationToken);
        return new ProvisioningHealth(
            await pending.LongCountAsync(cancellationToken),
            await pending.MinAsync(row => (DateTimeOffset?)row.UpdatedAt, cancellationToken),
            await pending.LongCountAsync(row => row.IsWaitingForSession, cancellationToken),
            await database.Grants.LongCountAsync(row => Tasks.Contains(row.State), cancellationToken),
            await database.Grants.LongCountAsync(row => Dead.Contains(row.State), cancellationToken),
            await recent.LongCountAsync(row => Done.Contains(row.State) && row.CompletionKey == null, cancellationToken),
            await recent.LongCountAsync(
                row => Tasks.Contains(row.State) || Dead.Contains(row.State) || (Done.Contains(row.State) && row.CompletionKey != null),
                cancellationToken),
            last?.Error, last?.ErrorAt);
    }

    private Task<List<ShownGrant>> OldestAsync(
        GrantState[] states, (DateTimeOffset At, Guid Id)? after, int count, CancellationToken cancellationToken)
    {
        var grants = database.Grants.Where(row => states.Contains(row.State));
        if (after is var (at, id))
        {
            grants = grants.Where(row => row.CreatedAt > at || (row.CreatedAt == at && row.Id.CompareTo(id) > 0));
        }
        return Shown(grants.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Take(count)).ToListAsync(cancellationToken);
    }

    private IQueryable<ShownGrant> Shown(IQueryable<AccessGrant> grants) => grants.AsNoTracking().Select(grant => new ShownGrant(
        grant,
        database.Checkouts.Where(row => row.Id == grant.CheckoutId).Select(row => row.SessionId).FirstOrDefault(),
        database.Checkouts.Where(row => row.Id == grant.CheckoutId).Select(row => row.PackId).FirstOrDefault()));
}
