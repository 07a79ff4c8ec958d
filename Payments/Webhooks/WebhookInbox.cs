using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// The stored events. An event is handled under a lease; an expired lease (its holder crashed) is free again. The effects
/// are idempotent, so a lease that expires too early costs work, not money.
/// </summary>
internal sealed class WebhookInbox(PaymentsDbContext database, TimeProvider time)
{
    private const int MaxErrorLength = 2_000;

    /// <summary>Longer than an attempt may take.</summary>
    private static readonly TimeSpan Lease = EventProcessor.AttemptTimeout + TimeSpan.FromSeconds(15);

    /// <summary>Stores the event if it is new, and leases it. Null when it is done, dead, or leased already.</summary>
    public async Task<StoredEvent?> StoreAndLeaseAsync(EventEnvelope envelope, string payload, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, attempts, next_attempt_at,
                trace_parent)
            values ({envelope.Id}, {envelope.Type}, {payload}, {envelope.CreatedAt ?? now}, {now},
                {(short)EventState.Pending}, 0, {now + Lease}, {TraceParents.Current})
            on conflict (id) do nothing
            """, cancellationToken);
        var leased = await database.Events.FromSql(
            $"""
            update stripe_events set attempts = attempts + 1, leased_until = {now + Lease}
            where id = {envelope.Id} and state = {(short)EventState.Pending} and (leased_until is null or leased_until <= {now})
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return leased.SingleOrDefault();
    }

    /// <summary>Leases due events, the most overdue first; replicas get different ones.</summary>
    public Task<List<StoredEvent>> LeaseDueAsync(int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Events.FromSql(
            $"""
            update stripe_events set attempts = attempts + 1, leased_until = {now + Lease}
            where id in (
                select id from stripe_events
                where state = {(short)EventState.Pending} and next_attempt_at <= {now} and (leased_until is null or leased_until <= {now})
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    public Task FinishAsync(StoredEvent stored, EventOutcome outcome, CancellationToken cancellationToken)
    {
        var (state, now) = (outcome.NeedsOperator ? EventState.Dead : EventState.Done, time.GetUtcNow());
        return Pending(stored).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state)
                .SetProperty(row => row.Outcome, outcome.Code)
                .SetProperty(row => row.Error, outcome.Detail)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.DoneAt, now),
            cancellationToken);
    }

    /// <summary>Releases the lease for a later retry; the event is dead when the attempts are used up.</summary>
    public Task FailAsync(StoredEvent stored, string error, bool forGood, CancellationToken cancellationToken)
    {
        var state = forGood ? EventState.Dead : EventState.Pending;
        var outcome = forGood ? EventOutcome.GaveUp : null;
        // An exception's message may contain anything.
        var storable = StorableText.Of(error, MaxErrorLength);
        var next = time.GetUtcNow() + RetryDelay.After(stored.Attempts, Random.Shared.NextDouble());
        return Pending(stored).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state)
                .SetProperty(row => row.Outcome, outcome)
                .SetProperty(row => row.Error, storable)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.NextAttemptAt, next),
            cancellationToken);
    }

    /// <summary>
    /// Releases the lease of an attempt that was not finished: it does not count, and the event is due at once. A later attempt, made
    /// because the lease had expired, keeps its own.
    /// </summary>
    public Task ReleaseAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Pending(stored).Where(row => row.Attempts == stored.Attempts).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Attempts, stored.Attempts - 1)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.NextAttemptAt, now),
            cancellationToken);
    }

    /// <summary>The dead events after that one, oldest first.</summary>
    public Task<List<StoredEvent>> DeadAsync((DateTimeOffset ReceivedAt, string Id)? after, int count, CancellationToken cancellationToken)
    {
        var dead = database.Events.AsNoTracking().Where(row => row.State == EventState.Dead);
        if (after is var (receivedAt, id))
        {
            dead = dead.Where(row => row.ReceivedAt > receivedAt || (row.ReceivedAt == receivedAt && string.Compare(row.Id, id) > 0));
        }
        return dead.OrderBy(row => row.ReceivedAt).ThenBy(row => row.Id).Take(count).ToListAsync(cancellationToken);
    }

    public Task<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.Events.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);

    /// <summary>Makes a dead event pending again, leased; null when it is not dead.</summary>
    public async Task<StoredEvent?> ReopenAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reopened = await database.Events.FromSql(
            $"""
            update stripe_events set state = {(short)EventState.Pending}, attempts = 1, outcome = null, done_at = null,
            next_attempt_at = {now}, leased_until = {now + Lease}
            where id = {id} and state = {(short)EventState.Dead}
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return reopened.SingleOrDefault();
    }

    private IQueryable<StoredEvent> Pending(StoredEvent stored) =>
        database.Events.Where(row => row.Id == stored.Id && row.State == EventState.Pending);
}
