using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>What became of a confirmation of another address.</summary>
internal abstract record AddressConfirmation
{
    /// <summary>The caller has no account.</summary>
    internal sealed record NoAccount : AddressConfirmation;

    /// <summary>The link is unknown, another account's, was used, replaced or withdrawn, or is too old.</summary>
    internal sealed record Expired : AddressConfirmation;

    /// <summary>The other address has not confirmed it; the account's address is the one that it was.</summary>
    internal sealed record Waiting(string Email) : AddressConfirmation;

    /// <summary>The account has the new address.</summary>
    internal sealed record Changed(string Email) : AddressConfirmation;

    /// <summary>Another account has the new address; the change is over.</summary>
    internal sealed record AddressInUse : AddressConfirmation;
}

/// <summary>Confirms changes of addresses, and carries out those that both addresses have confirmed.</summary>
internal sealed class AddressConfirmations(
    AccountsDbContext database, MailOutbox outbox, WalletJoins joins, AuditLog audit, TimeProvider time)
{
    /// <summary>Uses the token of a link, once. With the second one the account has the new address, in the same transaction.</summary>
    /// <param name="token">Of the link.</param>
    /// <param name="caller">Who confirms. Only the account itself can, so that a link alone gives no account an address.</param>
    /// <param name="clientAddress">Where the caller is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then, or everything.</param>
    public async Task<AddressConfirmation> ConfirmAsync(
        string token, Guid caller, string? clientAddress, CancellationToken cancellationToken)
    {
        if (!await database.Accounts.AnyAsync(row => row.UserId == caller, cancellationToken))
        {
            return new AddressConfirmation.NoAccount();
        }
        if (LinkTokens.LinkIdOf(token) is not { } linkId)
        {
            return new AddressConfirmation.Expired();
        }
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var found = await database.AddressChanges.AsNoTracking()
            .Where(row => (row.OldLinkId == linkId || row.NewLinkId == linkId) && row.UserId == caller)
            .Select(row => new { row.ChangeId, row.OldEmail, row.NewEmail }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return new AddressConfirmation.Expired();
        }
        // Two addresses in one order: accounts may exchange theirs.
        foreach (var email in new[] { found.OldEmail, found.NewEmail }.Order(StringComparer.Ordinal))
        {
            await database.LockTextAsync("email", email, cancellationToken);
        }
        await database.LockTextAsync("user", caller.ToString(), cancellationToken);
        var now = time.GetUtcNow();
        if (await database.AddressChanges.SingleOrDefaultAsync(row => row.ChangeId == found.ChangeId, cancellationToken) is not { } change
            || !change.TryConfirm(linkId, token, now))
        {
            return new AddressConfirmation.Expired();
        }
        var confirmation = change.IsConfirmed
            ? await CompleteAsync(change, clientAddress, now, cancellationToken)
            : new AddressConfirmation.Waiting(change.OldEmail);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return confirmation;
    }

    private async Task<AddressConfirmation> CompleteAsync(
        AddressChange change, string? clientAddress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await database.Accounts.AnyAsync(row => row.Email == change.NewEmail, cancellationToken))
        {
            change.State = AddressChangeState.AddressInUse;
            return new AddressConfirmation.AddressInUse();
        }
        // A deletion of the account removes its changes, under the same lock.
        var account = await database.Accounts.SingleAsync(row => row.UserId == change.UserId, cancellationToken);
        (account.Email, change.State) = (change.NewEmail, AddressChangeState.Changed);
        await database.SaveChangesAsync(cancellationToken);
        // They would make a new account of the old address.
        await database.SignInLinks.Where(row => row.Email == change.OldEmail && row.UsedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.ExpiresAt, now), cancellationToken);
        Guid[] users = [change.UserId, .. await joins.JoinedIntoAsync(change.UserId, cancellationToken)];
        await database.Tickets.Where(row => users.Contains(row.UserId) && row.Email == change.OldEmail)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Email, change.NewEmail), cancellationToken);
        await outbox.AddAsync(
            [
                NoticeOf(change, AddressNews.ChangedOld, change.OldEmail, EmailAddress.Mask(change.NewEmail), now),
                NoticeOf(change, AddressNews.ChangedNew, change.NewEmail, newEmail: null, now),
            ],
            cancellationToken);
        var act = new AuditedAct(
            AuditActions.AddressChanged, change.UserId, change.UserId, "The old and the new address have confirmed the change.")
        {
            ClientAddress = clientAddress,
            Target = change.ChangeId.ToString(),
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        return new AddressConfirmation.Changed(account.Email);
    }

    private static NewMail NoticeOf(AddressChange change, AddressNews news, string recipient, string? newEmail, DateTimeOffset now) =>
        new(MailKind.AddressChange, recipient, change.UserId)
        {
            Details = MailDetails.Write(new AddressDetails(news, LinkId: null, newEmail, now)),
        };
}
