using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of a confirmation.</summary>
internal abstract record LinkConfirmation
{
    /// <summary>The link is unknown, was used, or is too old.</summary>
    internal sealed record Expired : LinkConfirmation;

    /// <summary>Another browser asked for the link: its user must say that this is meant.</summary>
    internal sealed record Unconfirmed(string Email) : LinkConfirmation;

    /// <summary>The user whom the browser is signed in to, and where it goes next.</summary>
    internal sealed record SignedIn(SignedInUser User, string ReturnTo) : LinkConfirmation;
}

/// <summary>Signs in the browser that has a link's token.</summary>
internal sealed class LinkConfirmations(
    AccountsDbContext database, WalletJoins joins, RoleChanges roles, AuditLog audit, TimeProvider time)
{
    /// <summary>Uses the link, once, and makes or finds the account of its address.</summary>
    /// <param name="token">Of the link.</param>
    /// <param name="caller">The user of the browser that confirms; null without a session.</param>
    /// <param name="isIntended">Whether its user has said that the sign-in is meant.</param>
    /// <param name="clientAddress">Where it is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then, or everything.</param>
    public async Task<LinkConfirmation> ConfirmAsync(
        string token, Guid? caller, bool isIntended, string? clientAddress, CancellationToken cancellationToken)
    {
        if (LinkTokens.LinkIdOf(token) is not { } linkId)
        {
            return new LinkConfirmation.Expired();
        }
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var link = await database.SignInLinks.FromSql($"select * from sign_in_links where link_id = {linkId} for update")
            .SingleOrDefaultAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (link is null || !CryptographicOperations.FixedTimeEquals(link.TokenHash, LinkTokens.Hash(token))
            || link.UsedAt is not null || now >= link.ExpiresAt)
        {
            return new LinkConfirmation.Expired();
        }
        if (link.RequestedBy != caller && !isIntended)
        {
            return new LinkConfirmation.Unconfirmed(link.Email);
        }
        var (account, isNew, joined) = await SignInAsync(link.Email, caller, now, cancellationToken);
        (link.UsedAt, link.UsedBy) = (now, account.UserId);
        await database.SaveChangesAsync(cancellationToken);
        await roles.AppointFirstAdminAsync(account, clientAddress, cancellationToken);
        var act = new AuditedAct(AuditActions.SignedIn, account.UserId, account.UserId, "A sign-in link was confirmed.")
        {
            ClientAddress = clientAddress,
            After = new { new_account = isNew, joined_user = joined },
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new LinkConfirmation.SignedIn(new SignedInUser(account.UserId, account.CreatedAt), link.ReturnTo);
    }

    private async Task<(Account Account, bool IsNew, Guid? Joined)> SignInAsync(
        string email, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.LockTextAsync("email", email, cancellationToken);
        if (caller is { } locked)
        {
            await database.LockTextAsync("user", locked.ToString(), cancellationToken);
        }
        // Only an anonymous user can become the account or be joined with it: another account of the same browser stays as it is.
        var anonymous = caller is { } guest && !await database.Accounts.AnyAsync(row => row.UserId == guest, cancellationToken)
            && !await joins.HasLeftAsync(guest, cancellationToken) ? caller : null;
        if (await database.Accounts.SingleOrDefaultAsync(row => row.Email == email, cancellationToken) is { } known)
        {
            if (anonymous is { } from)
            {
                joins.Add(from, known.UserId, now);
            }
            return (known, false, anonymous);
        }
        var account = new Account { UserId = anonymous ?? Guid.NewGuid(), Email = email, CreatedAt = now };
        database.Accounts.Add(account);
        return (account, true, null);
    }
}
