using Microsoft.EntityFrameworkCore;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>What became of a request to delete an account.</summary>
internal abstract record DeletionOutcome
{
    /// <summary>The account is deleted, now or already.</summary>
    internal sealed record Deleted : DeletionOutcome;

    /// <summary>What the user had belongs to an account, which this session is not signed in to.</summary>
    internal sealed record NotSignedIn : DeletionOutcome;

    /// <summary>Jobs hold credits.</summary>
    internal sealed record JobsOpen : DeletionOutcome;

    /// <summary>More credits would be lost than the user has said.</summary>
    internal sealed record CreditsLeft(long BalanceCents) : DeletionOutcome;

    /// <summary>The user is the only admin.</summary>
    internal sealed record LastAdmin : DeletionOutcome;

    /// <summary>Credits of an anonymous user are still being moved into the account's wallet.</summary>
    internal sealed record JoinPending : DeletionOutcome;
}

/// <summary>
/// Deletes accounts: the row of the deletion, the entry in the audit log and the erasure of what Accounts has commit together. From then
/// on the address is free, and the worker has the other services erase the rest.
/// </summary>
internal sealed class DeletionRequests(
    AccountsDbContext database, AccountReader accounts, AccountDeletions deletions, WalletJoins joins, RoleChanges roles,
    DeletedUserRows rows, AuditLog audit, WalletService.WalletServiceClient wallet, AccountsMeter meter, TimeProvider time)
{
    // If the Gateway does not say that the sessions have ended.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Deletes the account of a user, also of an anonymous one. Safe to repeat.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="forfeitCents">The credits that the user has said to give up.</param>
    /// <param name="clientAddress">Where the user is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then, or everything.</param>
    /// <exception cref="Grpc.Core.RpcException">The Wallet is unavailable; nothing was changed.</exception>
    public async Task<DeletionOutcome> DeleteAsync(
        Guid userId, long forfeitCents, string? clientAddress, CancellationToken cancellationToken)
    {
        if (await deletions.ContainsAsync(userId, cancellationToken))
        {
            return new DeletionOutcome.Deleted();
        }
        if (await joins.HasLeftAsync(userId, cancellationToken))
        {
            return new DeletionOutcome.NotSignedIn();
        }
        Guid[] users = [userId, .. await joins.JoinedIntoAsync(userId, cancellationToken)];
        var request = new GetBalancesRequest { UserIds = { users.Select(id => id.ToString()) } };
        var balances = (await wallet.GetBalancesAsync(request, cancellationToken: cancellationToken)).Balances;
        if (balances.Any(balance => balance.HeldCents > 0))
        {
            return new DeletionOutcome.JobsOpen();
        }
        if (balances.Sum(balance => balance.BalanceCents) is var left && left > forfeitCents)
        {
            return new DeletionOutcome.CreditsLeft(left);
        }
        return await CommitAsync(users, [.. balances.Select(balance => balance.BalanceCents)], clientAddress, cancellationToken);
    }

    private async Task<DeletionOutcome> CommitAsync(
        Guid[] users, long[] forfeit, string? clientAddress, CancellationToken cancellationToken)
    {
        var userId = users[0];
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var email = await accounts.FindEmailAsync(userId, cancellationToken);
        // As a sign-in does: none is between its own locks and its commit.
        if (email is not null)
        {
            await database.LockTextAsync("email", email, cancellationToken);
        }
        await database.LockTextAsync("user", userId.ToString(), cancellationToken);
        if (await deletions.ContainsAsync(userId, cancellationToken))
        {
            return new DeletionOutcome.Deleted();
        }
        // Somebody has signed in meanwhile, or the browser has.
        if (!(await joins.JoinedIntoAsync(userId, cancellationToken)).ToHashSet().SetEquals(users.Skip(1))
            || await joins.IsPendingAsync(userId, cancellationToken) || await joins.HasLeftAsync(userId, cancellationToken)
            || await database.Accounts.AnyAsync(row => row.UserId == userId && row.Email != email, cancellationToken))
        {
            return new DeletionOutcome.JoinPending();
        }
        if (await roles.IsLastAdminAsync(userId, cancellationToken))
        {
            return new DeletionOutcome.LastAdmin();
        }
        var now = time.GetUtcNow();
        var deletion = new AccountDeletion
        {
            UserId = userId,
            Users = users,
            ForfeitCents = forfeit,
            DeletedAt = now,
            Pass = 1,
            DueAt = now + LongestWait,
        };
        await deletions.AddAsync(deletion, cancellationToken);
        await rows.EraseAsync(deletion, email, cancellationToken);
        var act = new AuditedAct(AuditActions.AccountDeleted, userId, userId, "The user has deleted the account.")
        {
            ClientAddress = clientAddress,
            After = new { users, forfeited_cents = forfeit.Sum(), had_account = email is not null },
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        meter.Deleted("accepted");
        return new DeletionOutcome.Deleted();
    }
}
