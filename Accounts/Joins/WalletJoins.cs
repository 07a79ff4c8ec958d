using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The tasks to join two wallets: added with a sign-in or by an operator, and taken by any replica under a lease.</summary>
internal sealed class WalletJoins(AccountsDbContext database, AccountReader accounts, HeldReceipts receipts, TimeProvider time)
{
    /// <summary>After which another replica may take a task whose process has died. Longer than an attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    private const int MaxSessionEnds = 100;

    /// <summary>Whether this user's wallet is joined with that of an account, or is going to be.</summary>
    public Task<bool> HasLeftAsync(Guid userId, CancellationToken cancellationToken) =>
        database.WalletJoins.AnyAsync(join => join.FromUserId == userId, cancellationToken);

    /// <summary>The task of a user who was anonymous; null for none.</summary>
    public Task<WalletJoin?> FindAsync(Guid from, CancellationToken cancellationToken) =>
        database.WalletJoins.AsNoTracking().SingleOrDefaultAsync(join => join.FromUserId == from, cancellationToken);

    /// <summary>The users who were anonymous and belong to this account, or are going to.</summary>
    public Task<List<Guid>> JoinedIntoAsync(Guid userId, CancellationToken cancellationToken) =>
        database.WalletJoins.Where(join => join.IntoUserId == userId).OrderBy(join => join.CreatedAt).Select(join => join.FromUserId)
            .ToListAsync(cancellationToken);

    /// <summary>Whether a wallet is still to be joined with this account's.</summary>
    public Task<bool> IsPendingAsync(Guid userId, CancellationToken cancellationToken) => database.WalletJoins.AnyAsync(
        join => join.IntoUserId == userId && join.State == WalletJoinState.Pending, cancellationToken);

    /// <summary>
    /// Adds the task to the transaction of a sign-in, which has made sure that the user has none and has the user's lock; receipts that
    /// were held for the user are mailed to the account.
    /// </summary>
    public Task AddAsync(Guid from, Guid into, DateTimeOffset now, CancellationToken cancellationToken) =>
        AddAsync(from, into, now, act: null, cancellationToken);

    /// <summary>As the other, by an operator's act.</summary>
    public async Task AddAsync(Guid from, Guid into, DateTimeOffset now, JoinAct? act, CancellationToken cancellationToken)
    {
        database.WalletJoins.Add(new WalletJoin
        {
            FromUserId = from,
            IntoUserId = into,
            ActId = act?.ActId,
            ActorId = act?.ActorId,
            CreatedAt = now,
            DueAt = now,
        });
        await database.SaveChangesAsync(cancellationToken);
        if (await accounts.FindEmailAsync(into, cancellationToken) is { } email)
        {
            await receipts.MailAsync(from, into, email, cancellationToken);
        }
        await database.NotifyAsync(WorkListener.WalletJoin, cancellationToken);
    }

    /// <summary>Has one that was rejected tried again, in the transaction of an operator's act, by which it is joined then.</summary>
    public async Task TryAgainAsync(Guid from, JoinAct act, CancellationToken cancellationToken)
    {
        // The attempts are counted on: a late one must not end this one.
        await database.WalletJoins.Where(join => join.FromUserId == from && join.State == WalletJoinState.Rejected).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.State, WalletJoinState.Pending).SetProperty(it => it.DueAt, time.GetUtcNow())
                .SetProperty(it => it.EndedAt, (DateTimeOffset?)null).SetProperty(it => it.LastError, (string?)null)
                .SetProperty(it => it.ActId, act.ActId).SetProperty(it => it.ActorId, act.ActorId),
            cancellationToken);
        await database.NotifyAsync(WorkListener.WalletJoin, cancellationToken);
    }

    /// <summary>The users whom operators have joined and whose sessions the Gateway has not said to have ended.</summary>
    public Task<List<Guid>> ListWithSessionsAsync(CancellationToken cancellationToken) => database.WalletJoins
        .Where(join => join.ActId != null && join.SessionsEndedAt == null).OrderBy(join => join.CreatedAt).Take(MaxSessionEnds)
        .Select(join => join.FromUserId).ToListAsync(cancellationToken);

    /// <summary>The sessions of a user whom an operator has joined have ended.</summary>
    public Task SessionsEndedAsync(Guid userId, CancellationToken cancellationToken) => database.WalletJoins
        .Where(join => join.FromUserId == userId && join.ActId != null && join.SessionsEndedAt == null)
        .ExecuteUpdateAsync(row => row.SetProperty(it => it.SessionsEndedAt, time.GetUtcNow()), cancellationToken);

    /// <summary>Leases tasks that are due, each as an attempt.</summary>
    public Task<IReadOnlyList<WalletJoin>> LeaseAsync(int limit, CancellationToken cancellationToken) =>
        database.WalletJoins.LeaseAsync("state = 0", time.GetUtcNow(), Lease, limit, cancellationToken);

    /// <summary>The other services know it.</summary>
    public Task ToldAsync(WalletJoin join, CancellationToken cancellationToken) => AttemptOf(join).ExecuteUpdateAsync(
        row => row.SetProperty(it => it.ToldAt, time.GetUtcNow()), cancellationToken);

    /// <summary>The wallets are one.</summary>
    public Task JoinedAsync(WalletJoin join, CancellationToken cancellationToken) =>
        EndAsync(join, WalletJoinState.Joined, null, cancellationToken);

    /// <summary>No further attempt is made unless an operator asks for it.</summary>
    public Task RejectedAsync(WalletJoin join, string reason, CancellationToken cancellationToken) =>
        EndAsync(join, WalletJoinState.Rejected, reason, cancellationToken);

    /// <summary>The attempt has not joined them; the next one is made after this delay.</summary>
    public Task RetryAsync(WalletJoin join, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        AttemptOf(join).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DueAt, time.GetUtcNow() + delay).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.LastError, reason),
            cancellationToken);

    private Task EndAsync(WalletJoin join, WalletJoinState state, string? reason, CancellationToken cancellationToken) =>
        AttemptOf(join).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.State, state).SetProperty(it => it.EndedAt, time.GetUtcNow())
                .SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null).SetProperty(it => it.LastError, reason),
            cancellationToken);

    // Only the attempt that still has the lease may end it.
    private IQueryable<WalletJoin> AttemptOf(WalletJoin join) => database.WalletJoins.Where(row =>
        row.FromUserId == join.FromUserId && row.Attempts == join.Attempts && row.State == WalletJoinState.Pending);
}
