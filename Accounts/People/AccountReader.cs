using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Finds accounts.</summary>
internal sealed class AccountReader(AccountsDbContext database)
{
    /// <summary>The account of a user; null for one who has never signed in.</summary>
    public Task<Account?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.UserId == userId, cancellationToken);

    /// <summary>The address of a user's account, as it is stored now; null without an account.</summary>
    public Task<string?> FindEmailAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Accounts.Where(account => account.UserId == userId).Select(account => account.Email)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>The user whose account has this normalized address; null without an account.</summary>
    public Task<Guid?> FindUserAsync(string email, CancellationToken cancellationToken) =>
        database.Accounts.Where(account => account.Email == email).Select(account => (Guid?)account.UserId)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>The accounts with a role above user, of which there are few.</summary>
    public Task<List<Account>> ListOperatorsAsync(CancellationToken cancellationToken) =>
        database.Accounts.AsNoTracking().Where(account => account.Role > Role.User).ToListAsync(cancellationToken);
}
