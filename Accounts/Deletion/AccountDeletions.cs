using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The deletions: who is gone, and the queue of those whose erasure is not complete.</summary>
internal sealed class AccountDeletions(AccountsDbContext database, TimeProvider time)
{
    /// <summary>
    /// After which another replica may take an erasure whose process has died. Longer than an attempt: Payments looks through its events.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    // In which requests that were sent before the end of the sessions are over, in all replicas of the Gateway.
    private static readonly TimeSpan AfterSessions = TimeSpan.FromSeconds(5);

    private const int MaxSessionEnds = 100;

    /// <summary>Whether this user has deleted the account.</summary>
    public Task<bool> ContainsAsync(Guid userId, CancellationToken cancellationToken) =>
        database.AccountDeletions.AnyAsync(row => row.UserId == userId, cancellationToken);

    /// <summary>When the person who has this id has deleted the account; null when not.</summary>
    public Task<DateTimeOffset?> FindTimeAsync(Guid userId, CancellationToken cancellationToken) => database.AccountDeletions
        .Where(row => row.Users.Contains(userId)).Select(row => (DateTimeOffset?)row.DeletedAt).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Adds one to the transaction of the deletion.</summary>
    public async Task AddAsync(AccountDeletion deletion, CancellationToken cancellationToken)
    {
        database.AccountDeletions.Add(deletion);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The users whose sessions the Gateway has not said to have ended.</summary>
    public Task<List<Guid>> ListWithSessionsAsync(CancellationToken cancellationToken) => database.AccountDeletions
        .Where(row => row.SessionsEndedAt == null).OrderBy(row => row.DeletedAt).Take(MaxSessionEnds).Select(row => row.UserId)
        .ToListAsync(cancellationToken);

    /// <summary>The sessions have ended: nothing new is written any more, so the erasure begins soon.</summary>
    public async Task SessionsEndedAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = now + AfterSessions;
        await database.AccountDeletions.Where(row => row.UserId == userId && row.SessionsEndedAt == null).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.SessionsEndedAt, now)
                .SetProperty(it => it.DueAt, it => it.DueAt < due ? it.DueAt : due),
            cancellationToken);
    }

    /// <summary>Leases those that are due, each as an attempt.</summary>
    public Task<IReadOnlyList<AccountDeletion>> LeaseAsync(int limit, CancellationToken cancellationToken) =>
        database.AccountDeletions.LeaseAsync("ended_at is null", time.GetUtcNow(), Lease, limit, cancellationToken);

    /// <summary>Stores what an attempt has done. The second pass follows the first, and nothing the second.</summary>
    /// <param name="deletion">The attempt.</param>
    /// <param name="done">All steps that this pass has done.</param>
    /// <param name="delay">Until the next attempt, if there are steps left.</param>
    /// <param name="waitsFor">Why there are; null otherwise.</param>
    /// <param name="cancellationToken">Cancels it: the steps are carried out again.</param>
    public Task AttemptedAsync(
        AccountDeletion deletion, DeletionSteps done, TimeSpan delay, string? waitsFor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isPassed = done == DeletionSteps.All;
        var isEnded = isPassed && deletion.Pass > 1;
        var pass = isPassed && !isEnded ? (short)(deletion.Pass + 1) : deletion.Pass;
        var kept = isPassed && !isEnded ? DeletionSteps.None : done;
        var due = now + (isPassed ? AccountDeletion.SecondPassAfter : delay);
        // Only the attempt that still has the lease may end it.
        return database.AccountDeletions
            .Where(row => row.UserId == deletion.UserId && row.Attempts == deletion.Attempts && row.EndedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.DoneSteps, kept).SetProperty(it => it.Pass, pass).SetProperty(it => it.DueAt, due)
                    .SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null).SetProperty(it => it.LastError, waitsFor)
                    .SetProperty(it => it.EndedAt, isEnded ? now : (DateTimeOffset?)null),
                cancellationToken);
    }
}
