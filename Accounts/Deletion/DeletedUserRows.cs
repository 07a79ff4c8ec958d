using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Erases what Accounts has of a user who has deleted the account. What stays: ids; the audit log, without where the person has signed in
/// and changed the address or the passkeys; an address that has bounced or complained, which is to get no mail; and a ticket's address for
/// a day, since tickets to an address are limited.
/// </summary>
internal sealed class DeletedUserRows(AccountsDbContext database)
{
    private static readonly string[] OwnActs =
    [
        AuditActions.SignedIn, AuditActions.AddressChangeRequested, AuditActions.AddressChanged, AuditActions.PasskeyAdded,
        AuditActions.PasskeyRemoved,
    ];

    /// <summary>Erases the rows. Safe to repeat.</summary>
    /// <param name="deletion">Whose; the second pass deletes the tickets themselves.</param>
    /// <param name="email">The address of the account; null without one, and when it was erased before.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task EraseAsync(AccountDeletion deletion, string? email, CancellationToken cancellationToken)
    {
        var users = deletion.Users;
        await database.AccountIdentities.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.AddressChanges.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.Passkeys.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.PasskeyChallenges.Where(row => users.Contains(row.RequestedBy)).ExecuteDeleteAsync(cancellationToken);
        await database.Accounts.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.SwitchedOffMails.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.BalanceMarks.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.HeldReceipts.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.DeadFeedEvents.Where(row => row.UserId != null && users.Contains(row.UserId.Value))
            .ExecuteDeleteAsync(cancellationToken);
        await database.OpenIdSignIns.Where(row => users.Contains(row.RequestedBy)).ExecuteDeleteAsync(cancellationToken);
        await database.Mails.Where(row => users.Contains(row.AboutId) || row.Recipient == email).ExecuteDeleteAsync(cancellationToken);
        await database.SignInLinks.Where(row => row.Email == email).ExecuteDeleteAsync(cancellationToken);
        await database.Set<IdempotencyRecord>().Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        if (deletion.Pass > 1)
        {
            await database.Tickets.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        }
        else
        {
            await database.TicketMessages
                .Where(row => database.Tickets.Any(ticket => ticket.TicketId == row.TicketId && users.Contains(ticket.UserId)))
                .ExecuteDeleteAsync(cancellationToken);
            await database.Tickets.Where(row => users.Contains(row.UserId)).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.Subject, "").SetProperty(it => it.State, TicketState.Closed), cancellationToken);
        }
        // The chain has only the salted hash.
        await database.AuditEntries
            .Where(row => row.ActorId != null && users.Contains(row.ActorId.Value) && OwnActs.Contains(row.Action)
                && row.ClientAddress != null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.ClientAddress, (string?)null).SetProperty(it => it.ClientSalt, (byte[]?)null),
                cancellationToken);
    }
}
