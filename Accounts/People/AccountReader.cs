using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Finds accounts.</summary>
internal sealed class AccountReader(AccountsDbContext database)
{
    /// <summary>The account of a user; null for one who has never signed in.</summary>
    public Task<Account?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.UserId == userId, cancellationToken);
}
