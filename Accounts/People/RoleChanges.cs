using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of a change of a role.</summary>
internal enum RoleChange
{
    /// <summary>The user has the role, now or already.</summary>
    Done,

    /// <summary>The user has no account.</summary>
    NoAccount,

    /// <summary>The actor is not an admin.</summary>
    NotAllowed,

    /// <summary>There would be no admin.</summary>
    LastAdmin,
}

/// <summary>Gives and takes roles; each change is in the audit log.</summary>
internal sealed class RoleChanges(
    AccountsDbContext database, AuditLog audit, OperatorActs acts, IOptions<AdminOptions> options)
{
    /// <summary>The kind of the lock of all changes: who is the last admin depends on all of them.</summary>
    private const string Lock = "roles";

    /// <summary>Changes the role of a user; the same act again changes nothing.</summary>
    public async Task<RoleChange> SetAsync(AuditedAct act, Guid userId, Role role, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.LockTextAsync(Lock, "", cancellationToken);
        if (!await database.Accounts.AnyAsync(row => row.UserId == act.ActorId && row.Role == Role.Admin, cancellationToken))
        {
            return RoleChange.NotAllowed;
        }
        // Its answer was lost, and the role may have been changed since.
        if (await acts.HasEndedAsync(act.ActId, cancellationToken))
        {
            return RoleChange.Done;
        }
        if (await database.Accounts.SingleOrDefaultAsync(row => row.UserId == userId, cancellationToken) is not { } account)
        {
            return RoleChange.NoAccount;
        }
        if (account.Role == role)
        {
            return RoleChange.Done;
        }
        if (account.Role == Role.Admin && await database.Accounts.CountAsync(row => row.Role == Role.Admin, cancellationToken) == 1)
        {
            return RoleChange.LastAdmin;
        }
        await ChangeAsync(account, role, act, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return RoleChange.Done;
    }

    /// <summary>
    /// Makes the account of the configured address an admin, in the transaction of its sign-in, unless there is one. The lock comes after
    /// those of the sign-in.
    /// </summary>
    public async Task AppointFirstAdminAsync(Account account, string? clientAddress, CancellationToken cancellationToken)
    {
        if (account.Role == Role.Admin || account.Email != options.Value.NormalizedEmail)
        {
            return;
        }
        await database.LockTextAsync(Lock, "", cancellationToken);
        if (!await database.Accounts.AnyAsync(row => row.Role == Role.Admin, cancellationToken))
        {
            // It was read before the lock.
            await database.Entry(account).ReloadAsync(cancellationToken);
            var act = new AuditedAct(AuditActions.RoleChanged, ActorId: null, account.UserId, "The address is the configured one.")
            {
                ClientAddress = clientAddress,
            };
            await ChangeAsync(account, Role.Admin, act, cancellationToken);
        }
    }

    /// <summary>
    /// Whether there would be no admin without this one; nobody's role changes until the end of the caller's transaction then. The lock
    /// comes after those of a sign-in.
    /// </summary>
    public async Task<bool> IsLastAdminAsync(Guid userId, CancellationToken cancellationToken)
    {
        var admins = database.Accounts.Where(row => row.Role == Role.Admin);
        if (!await admins.AnyAsync(row => row.UserId == userId, cancellationToken))
        {
            return false;
        }
        await database.LockTextAsync(Lock, "", cancellationToken);
        return !await admins.AnyAsync(row => row.UserId != userId, cancellationToken);
    }

    private async Task ChangeAsync(Account account, Role role, AuditedAct act, CancellationToken cancellationToken)
    {
        var before = account.Role;
        account.Role = role;
        await database.SaveChangesAsync(cancellationToken);
        await audit.AddAsync(
            act with { Before = new { role = before.ToText() }, After = new { role = role.ToText() } }, AuditState.Done, cancellationToken);
    }
}
