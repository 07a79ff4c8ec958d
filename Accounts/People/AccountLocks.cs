using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>
/// Finds an account under the lock of its address, by which sign-ins, changes of the address and the deletion wait for each other.
/// </summary>
internal sealed class AccountLocks(AccountsDbContext database)
{
    /// <summary>The account of a user, locked until the end of the transaction; null when there is none.</summary>
    public Task<Account?> LockAsync(Guid userId, CancellationToken cancellationToken) =>
        LockAsync(database.Accounts.Where(row => row.UserId == userId), cancellationToken);

    /// <summary>The one account of a query, locked until the end of the transaction; null when there is none.</summary>
    public async Task<Account?> LockAsync(IQueryable<Account> known, CancellationToken cancellationToken)
    {
        if (await known.Select(row => row.Email).SingleOrDefaultAsync(cancellationToken) is not { } email)
        {
            return null;
        }
        await database.LockTextAsync("email", email, cancellationToken);
        // Unless it was deleted in the meantime.
        if (await known.SingleOrDefaultAsync(cancellationToken) is not { } account)
        {
            return null;
        }
        if (account.Email != email)
        {
            // The address was changed in the meantime, and it is by the new one that a deletion waits.
            await database.LockTextAsync("email", account.Email, cancellationToken);
        }
        return account;
    }
}
