using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>A sign-in in the caller's transaction.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="IsNew">Whether it is the account's first.</param>
/// <param name="Joined">The anonymous user who is going to be joined with the account; null for none.</param>
/// <param name="Left">The user of the browser whose wallet has left or is going to; null for none.</param>
internal sealed record AccountSignIn(Account Account, bool IsNew, Guid? Joined, Guid? Left);

/// <summary>Makes or finds the account of a person who has proven who it is, and joins the anonymous user of the browser with it.</summary>
internal sealed class AccountSignIns(
    AccountsDbContext database, AccountLocks locks, WalletJoins joins, HeldReceipts receipts, AccountDeletions deletions, RoleChanges roles,
    AuditLog audit)
{
    /// <summary>For the owner of an address.</summary>
    /// <param name="email">Normalized.</param>
    /// <param name="caller">The user of the browser; null without a session.</param>
    /// <param name="now">The time of the sign-in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AccountSignIn> ByEmailAsync(string email, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.LockTextAsync("email", email, cancellationToken);
        var known = await database.Accounts.SingleOrDefaultAsync(row => row.Email == email, cancellationToken);
        return await EnterAsync(known, email, caller, now, cancellationToken);
    }

    /// <summary>For a person at an issuer: the address counts at the first sign-in only.</summary>
    /// <inheritdoc cref="ByEmailAsync"/>
    public async Task<AccountSignIn> ByIdentityAsync(
        OpenIdIdentity identity, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (issuer, subject) = (identity.Provider.Options.Issuer, identity.Subject);
        await database.LockTextAsync("identity", $"{issuer} {subject}", cancellationToken);
        var known = database.Accounts.Where(row => database.AccountIdentities.Any(
            it => it.Issuer == issuer && it.Subject == subject && it.UserId == row.UserId));
        // Without an account, or with one that was deleted in the meantime, the person begins anew.
        if (await locks.LockAsync(known, cancellationToken) is { } account)
        {
            return await ByAccountAsync(account, caller, now, cancellationToken);
        }
        var signIn = await ByEmailAsync(identity.Email, caller, now, cancellationToken);
        database.AccountIdentities.Add(new AccountIdentity
        {
            Issuer = issuer,
            Subject = subject,
            UserId = signIn.Account.UserId,
            CreatedAt = now,
        });
        return signIn;
    }

    /// <summary>For the owner of an account that <see cref="AccountLocks"/> has given.</summary>
    /// <inheritdoc cref="ByEmailAsync"/>
    public Task<AccountSignIn> ByAccountAsync(Account account, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        EnterAsync(account, account.Email, caller, now, cancellationToken);

    /// <summary>Writes it, as the last statements of the transaction.</summary>
    /// <param name="signIn">What was begun.</param>
    /// <param name="reason">How the person has proven who it is.</param>
    /// <param name="target">The issuer's name in our settings, or the id of the passkey; null for a link.</param>
    /// <param name="clientAddress">Where the browser is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the Gateway is told.</returns>
    public async Task<SignedInUser> CompleteAsync(
        AccountSignIn signIn, string reason, string? target, string? clientAddress, CancellationToken cancellationToken)
    {
        var account = signIn.Account;
        await database.SaveChangesAsync(cancellationToken);
        if (signIn.IsNew)
        {
            await receipts.MailAsync(account.UserId, account.UserId, account.Email, cancellationToken);
        }
        await roles.AppointFirstAdminAsync(account, clientAddress, cancellationToken);
        var act = new AuditedAct(AuditActions.SignedIn, account.UserId, account.UserId, reason)
        {
            ClientAddress = clientAddress,
            Target = target,
            After = new { new_account = signIn.IsNew, joined_user = signIn.Joined },
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        return new SignedInUser(account.UserId, account.CreatedAt, signIn.Left);
    }

    private async Task<AccountSignIn> EnterAsync(
        Account? known, string email, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (caller is { } locked)
        {
            await database.LockTextAsync("user", locked.ToString(), cancellationToken);
            // A browser whose user is deleted comes as one without a session.
            caller = await deletions.ContainsAsync(locked, cancellationToken) ? null : caller;
        }
        // Only an anonymous user can become the account or be joined with it: another account of the same browser stays as it is.
        var hasLeft = caller is { } one && await joins.HasLeftAsync(one, cancellationToken);
        var anonymous = !hasLeft && caller is { } guest && !await database.Accounts.AnyAsync(row => row.UserId == guest, cancellationToken)
            ? caller : null;
        if (known is not null)
        {
            if (anonymous is { } from)
            {
                await joins.AddAsync(from, known.UserId, now, cancellationToken);
            }
            return new AccountSignIn(known, IsNew: false, anonymous, hasLeft ? caller : anonymous);
        }
        var account = new Account { UserId = anonymous ?? Guid.NewGuid(), Email = email, CreatedAt = now };
        database.Accounts.Add(account);
        return new AccountSignIn(account, IsNew: true, Joined: null, hasLeft ? caller : null);
    }
}
