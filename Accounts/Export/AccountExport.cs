using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>
/// Puts together what all services have of a user and of the users who have joined with this one. It ends with <c>complete</c>, and is
/// given out as a whole or not at all.
/// </summary>
internal sealed class AccountExport(
    AccountsDbContext database, AccountReader accounts, MailSettings settings, AddressChanges changes, WalletJoins joins,
    UserDataServices services, WalletService.WalletServiceClient wallet, TimeProvider time)
{
    private const int LedgerPage = 100;

    /// <summary>Writes it.</summary>
    /// <exception cref="Grpc.Core.RpcException">A service does not give everything now; what was written is not to be used.</exception>
    public async Task WriteAsync(Guid userId, Stream output, CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(userId, cancellationToken);
        Guid[] users = await joins.HasLeftAsync(userId, cancellationToken)
            ? [userId]
            : [userId, .. await joins.JoinedIntoAsync(userId, cancellationToken)];
        await using var writer = new ExportWriter(output, ApiJson.Options);
        writer.Begin();
        await writer.WriteAsync("generated_at", time.GetUtcNow(), cancellationToken);
        await writer.WriteAsync(
            "account",
            account.ToResponse(
                userId, await changes.FindPendingAsync(userId, cancellationToken),
                await settings.SwitchedOffAsync(userId, cancellationToken)),
            cancellationToken);
        await writer.WriteAsync("account_since", account?.CreatedAt, cancellationToken);
        await writer.WriteAsync("joined_users", users[1..], cancellationToken);
        await WriteOwnAsync(writer, users, account?.Email, cancellationToken);
        await writer.WriteAsync("wallets", await WalletsAsync(users, cancellationToken), cancellationToken);
        await writer.WriteListAsync("ledger", LedgerAsync(users, cancellationToken), cancellationToken);
        foreach (var (service, lists) in UserDataServices.Lists)
        {
            await writer.WriteListsAsync(lists, services.ReadAsync(service, userId, cancellationToken), cancellationToken);
        }
        await writer.WriteAsync("complete", true, cancellationToken);
        await writer.EndAsync(cancellationToken);
    }

    private async Task WriteOwnAsync(ExportWriter writer, Guid[] users, string? email, CancellationToken cancellationToken)
    {
        await writer.WriteListAsync(
            "identities",
            database.AccountIdentities.Where(row => users.Contains(row.UserId))
                .Select(row => new ExportedIdentity(row.Issuer, row.Subject, row.CreatedAt)).AsAsyncEnumerable(),
            cancellationToken);
        await writer.WriteListAsync(
            "passkeys",
            database.Passkeys.AsNoTracking().Where(row => users.Contains(row.UserId)).OrderBy(row => row.CreatedAt).AsAsyncEnumerable()
                .Select(passkey => passkey.ToResponse()),
            cancellationToken);
        await writer.WriteListAsync(
            "tickets",
            database.Tickets.AsNoTracking().Where(row => users.Contains(row.UserId)).OrderByDescending(row => row.Number).WithMessages()
                .AsAsyncEnumerable().Select(ticket => ticket.ToDetails()),
            cancellationToken);
        await writer.WriteListAsync(
            "mails",
            database.Mails.AsNoTracking().Where(row => row.Recipient == email).OrderByDescending(row => row.CreatedAt).AsAsyncEnumerable()
                .Select(mail => new ExportedMail(mail.Kind.ToText(), mail.CreatedAt, mail.SentAt)),
            cancellationToken);
        // What the user has done: who else has done what is not the user's.
        await writer.WriteListAsync(
            "acts",
            database.AuditEntries.AsNoTracking().Where(row => row.ActorId != null && users.Contains(row.ActorId.Value))
                .OrderByDescending(row => row.Sequence)
                .Select(row => new ExportedAct(row.Action, row.Target, row.ClientAddress, row.At)).AsAsyncEnumerable(),
            cancellationToken);
    }

    private async Task<List<ExportedWallet>> WalletsAsync(Guid[] users, CancellationToken cancellationToken)
    {
        var request = new GetBalancesRequest { UserIds = { users.Select(id => id.ToString()) } };
        var balances = (await wallet.GetBalancesAsync(request, cancellationToken: cancellationToken)).Balances;
        return
        [
            .. balances.Select(row => new ExportedWallet(
                row.UserId, row.BalanceCents, row.HeldCents, row.ReceivableCents, row.Frozen)),
        ];
    }

    private async IAsyncEnumerable<ExportedLedgerEntry> LedgerAsync(
        Guid[] users, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var user in users)
        {
            var request = new ListEntriesRequest { UserId = user.ToString(), Limit = LedgerPage };
            do
            {
                var page = await wallet.ListEntriesAsync(request, cancellationToken: cancellationToken);
                foreach (var entry in page.ToResponse().Entries)
                {
                    yield return new ExportedLedgerEntry(
                        user, entry.Id, entry.ChangeCents, entry.BalanceAfterCents, entry.Reason, entry.JobId, entry.StripePaymentId,
                        entry.Description, entry.CreatedAt);
                }
                request.Cursor = page.NextCursor;
            }
            while (request.Cursor.Length > 0);
        }
    }
}
