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
internal sealed class LinkConfirmations(AccountsDbContext database, AccountSignIns signIns, WalletJoins joins, TimeProvider time)
{
    /// <summary>
    /// Uses the link, once, and makes or finds the account of its address. The same browser gets the same outcome for
    /// <see cref="SignInLink.Repeatable"/>.
    /// </summary>
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
        var email = await database.SignInLinks.Where(row => row.LinkId == linkId).Select(row => row.Email)
            .SingleOrDefaultAsync(cancellationToken);
        if (email is null)
        {
            return new LinkConfirmation.Expired();
        }
        // Before the row: who changes the address of an account, or deletes the account, ends the links of the address under this lock.
        await database.LockTextAsync("email", email, cancellationToken);
        var link = await database.SignInLinks.FromSql($"select * from sign_in_links where link_id = {linkId} for update")
            .SingleOrDefaultAsync(cancellationToken);
        // As it reads back: a repetition is answered with the times in the database.
        var now = time.GetUtcNow().TruncateToMicroseconds();
        if (link is null || !CryptographicOperations.FixedTimeEquals(link.TokenHash, LinkTokens.Hash(token)))
        {
            return new LinkConfirmation.Expired();
        }
        if (link.UsedAt is not null)
        {
            return await RepeatAsync(link, caller, now, cancellationToken);
        }
        if (now >= link.ExpiresAt)
        {
            return new LinkConfirmation.Expired();
        }
        if (link.RequestedBy != caller && !isIntended)
        {
            return new LinkConfirmation.Unconfirmed(link.Email);
        }
        var signIn = await signIns.ByEmailAsync(link.Email, caller, now, cancellationToken);
        (link.UsedAt, link.UsedBy, link.ConfirmedBy) = (now, signIn.Account.UserId, caller);
        var user = await signIns.CompleteAsync(
            signIn, "A sign-in link was confirmed.", target: null, clientAddress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new LinkConfirmation.SignedIn(user, link.ReturnTo);
    }

    private async Task<LinkConfirmation> RepeatAsync(
        SignInLink link, Guid? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (caller is not { } user || link.ConfirmedBy != user || now - link.UsedAt >= SignInLink.Repeatable)
        {
            return new LinkConfirmation.Expired();
        }
        // Not any more once the account is deleted or has another address.
        var account = await database.Accounts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.UserId == link.UsedBy && row.Email == link.Email, cancellationToken);
        if (account is null)
        {
            return new LinkConfirmation.Expired();
        }
        Guid? left = await joins.HasLeftAsync(user, cancellationToken) ? user : null;
        return new LinkConfirmation.SignedIn(new SignedInUser(account.UserId, account.CreatedAt, left), link.ReturnTo);
    }
}
