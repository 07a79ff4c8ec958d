using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The queue of grants: they are added with the credit, and worked off by any replica under a lease.</summary>
internal sealed partial class Grants(PaymentsDbContext database, PaymentsMeter meter, TimeProvider time, ILogger<Grants> logger)
{
    /// <summary>The channel that tells the replicas of new work.</summary>
    public const string Channel = "access_grant_due";

    private const int MaxErrorLength = 1_000;

    // Longer than an attempt may take.
    private static readonly TimeSpan Lease = GrantAttempt.Timeout + TimeSpan.FromSeconds(15);

    /// <summary>Adds what a purchase gives, in the transaction that marks it as credited.</summary>
    public async Task AddAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        if (checkout.Grants is null)
        {
            return;
        }
        var now = time.GetUtcNow();
        database.Grants.AddRange(OfferedGrants.Parse(checkout.Grants).Select((offered, index) => new AccessGrant
        {
            Id = Guid.CreateVersion7(now),
            CheckoutId = checkout.Id,
            Ordinal = (short)(index + 1),
            UserId = checkout.UserId,
            Product = offered.Product,
            Name = offered.Name,
            DurationDays = offered.DurationDays,
            AccessUsername = checkout.AccessUsername!,
            AccessKey = AccessUsername.KeyOf(checkout.AccessUsername!),
            State = GrantState.Pending,
            NextAttemptAt = now,
            TraceParent = checkout.TraceParent,
            CreatedAt = now,
            UpdatedAt = now,
        }));
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
        await NotifyAsync(cancellationToken);
    }

    /// <summary>
    /// All that was paid for a purchase is lost, or is not any more: its grants are taken back, or given again. In the transaction of
    /// the reversal; whatever is being attempted ends first.
    /// </summary>
    public async Task ReverseAsync(Guid checkoutId, bool isLost, CancellationToken cancellationToken)
    {
        var grants = await database.Grants
            .FromSql($"select * from access_grants where checkout_id = {checkoutId} order by ordinal for update")
            .AsNoTracking().ToListAsync(cancellationToken);
        foreach (var grant in grants)
        {
            var what = !isLost ? GrantEvent.Restored : grant.BegunAt is null ? GrantEvent.ReversedUntouched : GrantEvent.Reversed;
            if (GrantRules.Next(grant.State, what) is { } next)
            {
                await database.Grants.Where(row => row.Id == grant.Id).StartAsync(next, time.GetUtcNow(), cancellationToken);
                LogChanged(grant.Id, checkoutId, grant.State, next);
            }
        }
        if (grants.Count > 0)
        {
            await NotifyAsync(cancellationToken);
        }
    }

    /// <summary>Leases grants that are due, the most overdue first; replicas get different ones.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="isCalled">Whether the API is called for them.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<List<AccessGrant>> TakeDueAsync(int count, bool isCalled, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var begunAt = isCalled ? now : (DateTimeOffset?)null;
        return database.Grants.FromSql(
            $"""
            update access_grants set lease_id = gen_random_uuid(), leased_until = {now + Lease}, attempts = attempts + 1,
                begun_at = coalesce(begun_at, {begunAt})
            where id in (
                select id from access_grants
                where state in ({(short)GrantState.Pending}, {(short)GrantState.Revoking}) and next_attempt_at <= {now}
                    and (leased_until is null or leased_until <= {now})
                order by next_attempt_at limit {count} for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>The API has done what the state of a leased grant asks for.</summary>
    /// <param name="grant">As it was leased.</param>
    /// <param name="access">What the API has now.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task ConfirmAsync(AccessGrant grant, WantedAccess access, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await EndAsync(grant, GrantEvent.Confirmed, grant.Error, grant.ErrorAt, cancellationToken))
        {
            var grantedAt = grant.State == GrantState.Pending ? grant.GrantedAt ?? now : grant.GrantedAt;
            await database.Grants.Where(row => row.Id == grant.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.GrantedAt, grantedAt), cancellationToken);
            await database.Grants.SameAccess(grant).EndAccessAtAsync(access.Until, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The API does not do it: an operator does, or nobody.</summary>
    public Task LeaveAsync(AccessGrant grant, bool toOperator, string? error, CancellationToken cancellationToken)
    {
        var stored = StorableText.Of(error, MaxErrorLength) ?? grant.Error;
        return EndAsync(
            grant, toOperator ? GrantEvent.LeftToOperator : GrantEvent.GivenUp, stored, error is null ? grant.ErrorAt : time.GetUtcNow(),
            cancellationToken);
    }

    /// <summary>The attempt has failed; the next one is made after this pause.</summary>
    public Task RetryAsync(AccessGrant grant, TimeSpan pause, string error, CancellationToken cancellationToken) =>
        PostponeAsync(grant, pause, error, grant.Attempts, isWaiting: false, cancellationToken);

    /// <summary>The session was rejected, which uses up no attempt; the next one is made after this pause.</summary>
    public Task WaitForSessionAsync(AccessGrant grant, TimeSpan pause, string error, CancellationToken cancellationToken) =>
        PostponeAsync(grant, pause, error, grant.Attempts - 1, isWaiting: true, cancellationToken);

    /// <summary>Another attempt is in the way.</summary>
    public Task WaitForAnotherAsync(AccessGrant grant, TimeSpan pause, CancellationToken cancellationToken) =>
        PostponeAsync(grant, pause, error: null, grant.Attempts - 1, grant.IsWaitingForSession, cancellationToken);

    private async Task PostponeAsync(
        AccessGrant grant, TimeSpan pause, string? error, int attempts, bool isWaiting, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (stored, at) = error is null ? (grant.Error, grant.ErrorAt) : (StorableText.Of(error, MaxErrorLength), now);
        var postponed = await Leased(grant).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NextAttemptAt, now + pause).SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.Attempts, attempts).SetProperty(row => row.IsWaitingForSession, isWaiting)
                .SetProperty(row => row.Error, stored).SetProperty(row => row.ErrorAt, at), cancellationToken);
        if (postponed == 0)
        {
            await ReleaseAsync(grant, cancellationToken);
        }
    }

    private async Task<bool> EndAsync(
        AccessGrant grant, GrantEvent what, string? error, DateTimeOffset? errorAt, CancellationToken cancellationToken)
    {
        var (now, next) = (time.GetUtcNow(), GrantRules.Next(grant.State, what)!.Value);
        var ended = await Leased(grant).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, next).SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null).SetProperty(row => row.Error, error)
                .SetProperty(row => row.IsWaitingForSession, false).SetProperty(row => row.ErrorAt, errorAt)
                .SetProperty(row => row.UpdatedAt, now), cancellationToken);
        if (ended == 0)
        {
            await ReleaseAsync(grant, cancellationToken);
            return false;
        }
        meter.GrantEnded(grant.State, next);
        if (what == GrantEvent.GivenUp)
        {
            LogGivenUp(grant.Id, grant.CheckoutId, next, error);
        }
        else
        {
            LogChanged(grant.Id, grant.CheckoutId, grant.State, next);
        }
        return true;
    }

    // The state has changed under the attempt, whose end is waited for.
    private async Task ReleaseAsync(AccessGrant grant, CancellationToken cancellationToken)
    {
        await database.Grants.Where(row => row.Id == grant.Id && row.LeaseId == grant.LeaseId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LeaseId, (Guid?)null).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null),
            cancellationToken);
        await NotifyAsync(cancellationToken);
    }

    // Only the attempt that has the lease may end it, and only in the state that it began in.
    private IQueryable<AccessGrant> Leased(AccessGrant grant) =>
        database.Grants.Where(row => row.Id == grant.Id && row.LeaseId == grant.LeaseId && row.State == grant.State);

    /// <summary>Wakes the replicas, when the transaction is committed.</summary>
    public Task NotifyAsync(CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync($"select pg_notify({Channel}, '')", cancellationToken);

    [LoggerMessage(LogLevel.Information, "Grant {GrantId} of checkout {CheckoutId}: {Before} became {After}")]
    private partial void LogChanged(Guid grantId, Guid checkoutId, GrantState before, GrantState after);

    [LoggerMessage(LogLevel.Error, "Grant {GrantId} of checkout {CheckoutId} is {State} and an operator must act: {Error}")]
    private partial void LogGivenUp(Guid grantId, Guid checkoutId, GrantState state, string? error);
}

/// <summary>Selects and changes grants.</summary>
internal static class GrantQueries
{
    /// <summary>Those for the access of this one.</summary>
    public static IQueryable<AccessGrant> SameAccess(this IQueryable<AccessGrant> grants, AccessGrant grant) =>
        grants.Where(row => row.Product == grant.Product && row.AccessKey == grant.AccessKey);

    /// <summary>Notes until when the access lasts, which its granted ones give together; null: it has no end.</summary>
    public static Task<int> EndAccessAtAsync(
        this IQueryable<AccessGrant> sameAccess, DateTimeOffset? until, CancellationToken cancellationToken) =>
        sameAccess.Where(row => row.State == GrantState.Granted).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.AccessUntil, until), cancellationToken);

    /// <summary>Puts grants into a state, due at once. A lease stays: what is being attempted ends first.</summary>
    public static Task<int> StartAsync(
        this IQueryable<AccessGrant> grants, GrantState state, DateTimeOffset now, CancellationToken cancellationToken) =>
        grants.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.Attempts, 0).SetProperty(row => row.NextAttemptAt, now)
                .SetProperty(row => row.CompletionKey, (string?)null).SetProperty(row => row.IsWaitingForSession, false)
                .SetProperty(row => row.UpdatedAt, now), cancellationToken);
}
