using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Finds out who gets a mail, and puts it into the outbox.</summary>
internal sealed class NoticeMails(AccountsDbContext database, MailOutbox outbox)
{
    /// <summary>
    /// Adds the mails in the caller's transaction. A user whose address was not known when it happened gets none, nor one who has
    /// switched the kind off. An address comes from an account, never from a payment: only that one is confirmed.
    /// </summary>
    public async Task AddAsync(IReadOnlyList<MailNotice> notices, CancellationToken cancellationToken)
    {
        if (notices.Count == 0)
        {
            return;
        }
        var users = notices.Select(notice => notice.UserId).Distinct().ToList();
        var joins = await database.WalletJoins.AsNoTracking().Where(join => users.Contains(join.FromUserId))
            .ToDictionaryAsync(join => join.FromUserId, cancellationToken);
        var owners = users.Concat(joins.Values.Select(join => join.IntoUserId)).Distinct().ToList();
        var accounts = await database.Accounts.AsNoTracking().Where(account => owners.Contains(account.UserId))
            .ToDictionaryAsync(account => account.UserId, cancellationToken);
        var switchedOff = (await database.SwitchedOffMails.AsNoTracking().Where(off => owners.Contains(off.UserId))
            .ToListAsync(cancellationToken)).Select(off => (off.UserId, off.Kind)).ToHashSet();
        var mails = new List<NewMail>();
        foreach (var notice in notices)
        {
            var join = joins.GetValueOrDefault(notice.UserId);
            if (accounts.GetValueOrDefault(join?.IntoUserId ?? notice.UserId) is { } account
                && notice.At >= (join?.CreatedAt ?? account.CreatedAt)
                && !switchedOff.Contains((account.UserId, notice.Kind)))
            {
                mails.Add(new NewMail(notice.Kind, account.Email, account.UserId) { Details = MailDetails.Write(notice.Details) });
            }
        }
        await outbox.AddAsync(mails, cancellationToken);
    }
}
