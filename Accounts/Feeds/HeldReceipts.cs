using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>
/// The receipts of users without an address: most people pay first and sign in later. A receipt is held in the transaction that handles its
/// event, and mailed in that of the sign-in or join. Both take the user's lock, so that it is mailed once, in either order.
/// </summary>
internal sealed class HeldReceipts(AccountsDbContext database, MailOutbox outbox, TimeProvider time)
{
    /// <summary>How long after the payment a receipt is still mailed.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>Whether what is to be mailed is the receipt of a payment that is not too old.</summary>
    public bool IsHeld(MailNotice notice) => notice.Kind == MailKind.Receipt && notice.At > time.GetUtcNow() - Keep;

    /// <summary>Holds receipts, in the caller's transaction, which has the locks of their users. One that is held already stays.</summary>
    public async Task HoldAsync(IReadOnlyCollection<MailNotice> receipts, CancellationToken cancellationToken)
    {
        // Who has deleted the account comes back as another user.
        var users = receipts.Select(receipt => receipt.UserId).Distinct().ToArray();
        var gone = await database.AccountDeletions.Where(row => row.Users.Any(user => users.Contains(user))).Select(row => row.Users)
            .ToListAsync(cancellationToken);
        foreach (var receipt in receipts.Where(receipt => !gone.Any(all => all.Contains(receipt.UserId))))
        {
            var payment = ((PaymentDetails)receipt.Details).PaymentId;
            await database.Database.ExecuteSqlAsync(
                $"""
                insert into held_receipts (payment_id, user_id, details, at)
                values ({payment}, {receipt.UserId}, {MailDetails.Write(receipt.Details)}::jsonb, {receipt.At}) on conflict do nothing
                """, cancellationToken);
        }
    }

    /// <summary>Mails what is held for a user, in the caller's transaction, which has the user's lock.</summary>
    /// <param name="userId">Who has paid.</param>
    /// <param name="account">The account that the user has become, or has been joined with.</param>
    /// <param name="email">The account's address.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task MailAsync(Guid userId, Guid account, string email, CancellationToken cancellationToken)
    {
        var held = await database.HeldReceipts.FromSql($"delete from held_receipts where user_id = {userId} returning *")
            .AsNoTracking().ToListAsync(cancellationToken);
        var oldest = time.GetUtcNow() - Keep;
        await outbox.AddAsync(
            [
                .. held.Where(receipt => receipt.At > oldest).OrderBy(receipt => receipt.At)
                    .Select(receipt => new NewMail(MailKind.Receipt, email, account) { Details = receipt.Details }),
            ],
            cancellationToken);
    }
}
