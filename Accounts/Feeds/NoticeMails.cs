using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Finds out who gets a mail, and puts it into the outbox.</summary>
internal sealed class NoticeMails(AccountsDbContext database, MailOutbox outbox, HeldReceipts receipts)
{
    /// <summary>
    /// Adds the mails in the caller's transaction. A user whose address was not known when it happened gets none but receipts, which are
    /// held until there is one; nor does one who has switched the kind off. An address comes from an account, never from a payment: only
    /// that one is confirmed.
    /// </summary>
    public async Task AddAsync(IReadOnlyList<MailNotice> notices, CancellationToken cancellationToken)
    {
        var (mails, without) = await FindAsync(notices, cancellationToken);
        var held = without.Where(receipts.IsHeld).ToList();
        if (held.Count > 0)
        {
            foreach (var user in held.Select(receipt => receipt.UserId).Distinct().Order())
            {
                await database.LockTextAsync("user", user.ToString(), cancellationToken);
            }
            // Somebody may have signed in since then.
            (var late, held) = await FindAsync(held, cancellationToken);
            mails.AddRange(late);
            await receipts.HoldAsync(held, cancellationToken);
        }
        await outbox.AddAsync(mails, cancellationToken);
    }

    // The mails, and what concerns users without an address.
    private async Task<(List<NewMail> Mails, List<MailNotice> Without)> FindAsync(
        IReadOnlyList<MailNotice> notices, CancellationToken cancellationToken)
    {
        var (mails, without) = (new List<NewMail>(), new List<MailNotice>());
        if (notices.Count == 0)
        {
            return (mails, without);
        }
        var users = notices.Select(notice => notice.UserId).Distinct().ToList();
        var joins = await database.WalletJoins.AsNoTracking().Where(join => users.Contains(join.FromUserId))
            .ToDictionaryAsync(join => join.FromUserId, cancellationToken);
        var owners = users.Concat(joins.Values.Select(join => join.IntoUserId)).Distinct().ToList();
        var accounts = await database.Accounts.AsNoTracking().Where(account => owners.Contains(account.UserId))
            .ToDictionaryAsync(account => account.UserId, cancellationToken);
        var switchedOff = (await database.SwitchedOffMails.AsNoTracking().Where(off => owners.Contains(off.UserId))
            .ToListAsync(cancellationToken)).Select(off => (off.UserId, off.Kind)).ToHashSet();
        foreach (var notice in notices)
        {
            var join = joins.GetValueOrDefault(notice.UserId);
            if (accounts.GetValueOrDefault(join?.IntoUserId ?? notice.UserId) is not { } account)
            {
                without.Add(notice);
            }
            else if ((notice.At >= (join?.CreatedAt ?? account.CreatedAt) || receipts.IsHeld(notice))
                && !switchedOff.Contains((account.UserId, notice.Kind)))
            {
                mails.Add(new NewMail(notice.Kind, account.Email, account.UserId) { Details = MailDetails.Write(notice.Details) });
            }
        }
        return (mails, without);
    }
}
