using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>
/// Compares the balances of accounts with the threshold: one mail and one webhook for each fall below it, and the next one after it was
/// above. An account whose balance is low when it is first seen, as that of a new user, has not fallen.
/// </summary>
internal sealed class LowBalances(
    AccountsDbContext database, WalletService.WalletServiceClient wallet, NoticeMails mails, WebhookEvents webhooks,
    IOptions<LowBalanceOptions> options, TimeProvider time)
{
    // As many as the Wallet takes in a call.
    private const int BatchSize = 1000;

    /// <summary>Looks at the balances of all accounts.</summary>
    public async Task CompareAllAsync(CancellationToken cancellationToken)
    {
        Guid[] users;
        Guid? last = null;
        do
        {
            users = await database.Accounts.Where(account => last == null || account.UserId > last).OrderBy(account => account.UserId)
                .Select(account => account.UserId).Take(BatchSize).ToArrayAsync(cancellationToken);
            await MarkAsync(users, cancellationToken);
            last = users.LastOrDefault();
        }
        while (users.Length == BatchSize);
    }

    /// <summary>Looks at the balances of those of these users who have an account.</summary>
    public async Task CompareAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken)
    {
        foreach (var some in userIds.Chunk(BatchSize))
        {
            await MarkAsync(
                await database.Accounts.Where(account => some.Contains(account.UserId)).Select(account => account.UserId)
                    .ToArrayAsync(cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>Stores the mails and webhooks that are due, with the note that they are.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        var (now, until) = (time.GetUtcNow(), time.GetUtcNow() - options.Value.Delay);
        var due = await database.BalanceMarks.AsNoTracking()
            .Where(mark => mark.LowSince <= until && mark.ToldAt == null).OrderBy(mark => mark.LowSince).Take(BatchSize)
            .ToListAsync(cancellationToken);
        if (due.Count == 0)
        {
            return;
        }
        // As they are now; those that have risen are marked so.
        var balances = await MarkAsync([.. due.Select(mark => mark.UserId)], cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var (notices, news) = (new List<MailNotice>(), new List<WebhookNews>());
        foreach (var mark in due)
        {
            // Not of a fall that another replica deals with, nor of a later one.
            if (1 == await database.BalanceMarks
                .Where(row => row.UserId == mark.UserId && row.LowSince == mark.LowSince && row.ToldAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ToldAt, now), cancellationToken))
            {
                var details = new BalanceDetails(balances[mark.UserId], options.Value.ThresholdCents, now);
                news.Add(new WebhookNews(
                    WebhookEvent.IdOf($"wallet {mark.UserId} {mark.LowSince:O}"), WebhookTypes.WalletLowBalance, now,
                    new LowBalanceData(mark.UserId, details.BalanceCents, details.ThresholdCents)));
                notices.Add(new MailNotice(MailKind.LowBalance, mark.UserId, now, details));
            }
        }
        await mails.AddAsync(notices, cancellationToken);
        await webhooks.AddAsync(news, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<Dictionary<Guid, long>> MarkAsync(Guid[] users, CancellationToken cancellationToken)
    {
        if (users.Length == 0)
        {
            return [];
        }
        var request = new GetBalancesRequest { UserIds = { users.Select(user => user.ToString()) } };
        var answer = await wallet.GetBalancesAsync(request, cancellationToken: cancellationToken);
        var balances = answer.Balances.ToDictionary(row => Guid.Parse(row.UserId), row => row.BalanceCents);
        Guid[] ids = [.. balances.Keys.Order()];
        var (now, isLow) = (time.GetUtcNow(), ids.Select(id => balances[id] < options.Value.ThresholdCents).ToArray());
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into balance_marks as mark (user_id, low_since, told_at)
            select user_id, case when is_low then {now} end, case when is_low then {now} end
            from unnest({ids}, {isLow}) as seen(user_id, is_low)
            on conflict (user_id) do update set low_since = excluded.low_since, told_at = null
            where (mark.low_since is null) <> (excluded.low_since is null)
            """, cancellationToken);
        return balances;
    }
}
