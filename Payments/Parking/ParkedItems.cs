using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Sets items aside, alerts once for each reason, and lists them for an operator.</summary>
internal sealed partial class ParkedItems(PaymentsDbContext database, PaymentsMeter meter, TimeProvider time, ILogger<ParkedItems> logger)
{
    private const int MaxDetailLength = 1_000;

    /// <summary>Sets an item aside, or once more; the reconciler tries it again after a pause that grows up to a day.</summary>
    public async Task ParkAsync(
        ParkedKind kind, string id, string reason, string? detail, bool isRetried, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var storable = StorableText.Of(detail, MaxDetailLength);
        var changed = await database.Database.SqlQuery<bool>(
            $"""
            with before as (select reason, detail from parked_items where kind = {(short)kind} and id = {id}),
            stored as (
                insert into parked_items as p (kind, id, reason, detail, attempts, parked_at, next_attempt_at)
                values ({(short)kind}, {id}, {reason}, {storable}, 1, {now}, case when {isRetried} then {now} + interval '10 minutes' end)
                on conflict (kind, id) do update set reason = excluded.reason, detail = excluded.detail, attempts = p.attempts + 1,
                    parked_at = case when p.reason = excluded.reason then p.parked_at else excluded.parked_at end,
                    next_attempt_at = case when {isRetried}
                        then {now} + least(interval '1 day', interval '10 minutes' * power(2, least(p.attempts, 10))) end,
                    dismissed_at = case when p.reason = excluded.reason and p.detail is not distinct from excluded.detail
                        then p.dismissed_at end
                returning reason, detail)
            select not exists (select 1 from before, stored
                where before.reason = stored.reason and before.detail is not distinct from stored.detail) as "Value"
            from stored
            """).ToListAsync(cancellationToken);
        if (changed.Single())
        {
            meter.Parked(kind, reason);
            LogParked(kind, id, reason, storable);
        }
    }

    /// <summary>It is completed.</summary>
    public Task ResolveAsync(ParkedKind kind, string id, CancellationToken cancellationToken) =>
        database.ParkedItems.Where(row => row.Kind == kind && row.Id == id).ExecuteDeleteAsync(cancellationToken);

    /// <summary>The items of that kind that are due for another attempt.</summary>
    public Task<List<string>> DueAsync(ParkedKind kind, int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ParkedItems.Where(row => row.Kind == kind && row.NextAttemptAt <= now)
            .OrderBy(row => row.NextAttemptAt).Select(row => row.Id).Take(count).ToListAsync(cancellationToken);
    }

    /// <summary>Those of the ids that failed and are not due for another attempt.</summary>
    public async Task<HashSet<string>> WaitingAsync(ParkedKind kind, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return [.. await database.ParkedItems
            .Where(row => row.Kind == kind && ids.Contains(row.Id) && row.NextAttemptAt > now)
            .Select(row => row.Id).ToListAsync(cancellationToken)];
    }

    /// <summary>The items that are not dismissed, oldest first, after that one.</summary>
    public Task<List<ParkedItem>> ListAsync((DateTimeOffset ParkedAt, string Id)? after, int count, CancellationToken cancellationToken)
    {
        var items = database.ParkedItems.AsNoTracking().Where(row => row.DismissedAt == null);
        if (after is var (parkedAt, id))
        {
            items = items.Where(row => row.ParkedAt > parkedAt || (row.ParkedAt == parkedAt && string.Compare(row.Id, id) > 0));
        }
        return items.OrderBy(row => row.ParkedAt).ThenBy(row => row.Id).Take(count).ToListAsync(cancellationToken);
    }

    public Task<ParkedItem?> FindAsync(ParkedKind kind, string id, CancellationToken cancellationToken) =>
        database.ParkedItems.AsNoTracking().SingleOrDefaultAsync(row => row.Kind == kind && row.Id == id, cancellationToken);

    /// <summary>An operator has dealt with it. False: there is no such item.</summary>
    public async Task<bool> DismissAsync(ParkedKind kind, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return 1 == await database.ParkedItems.Where(row => row.Kind == kind && row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DismissedAt, now), cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "{Kind} {Id} is set aside: {Reason}; an operator must look at it. {Detail}")]
    private partial void LogParked(ParkedKind kind, string id, string reason, string? detail);
}
