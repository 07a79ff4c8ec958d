using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>
/// Tells the operators: all alerts that nobody was told of, in one mail and one post. Both are put into their outboxes in the transaction
/// that marks the alerts, under a lock, so that each alert is told once, wherever a process dies and however many replicas there are.
/// </summary>
internal sealed class AlertDigests(
    AccountsDbContext database, MailOutbox mails, AlertPosts posts, IOptions<AlertsOptions> options, IOptions<AdminOptions> admin,
    TimeProvider time)
{
    /// <summary>The kind of the lock under which alerts are told, and those of a service stored: the same rows in other orders.</summary>
    public const string Lock = "alerts";

    /// <summary>How many alerts of a kind a digest lists.</summary>
    public const int MaxLines = 10;

    /// <summary>
    /// Alerts that have ended and are older than this and the interval are not sent: an address that is set for the first time gets no
    /// mail about everything that was before. Open alerts are sent, however old they are.
    /// </summary>
    private static readonly TimeSpan MaxAgeOfEnded = TimeSpan.FromDays(1);

    private sealed record ToldAlert(string Kind, string Text, DateTimeOffset Since, bool IsOver, long Count);

    /// <summary>Tells them if there is something to tell and the last time is long enough ago.</summary>
    /// <param name="isAdminSuppressed">Whether mails to the admin's address are suppressed.</param>
    /// <param name="cancellationToken">Cancels it; nothing is told then, or everything.</param>
    /// <returns>Whether something was told.</returns>
    public async Task<bool> TellAsync(bool isAdminSuppressed, CancellationToken cancellationToken)
    {
        // A mail to a suppressed address is not delivered: without a webhook, alerts wait until the suppression is lifted.
        var recipient = isAdminSuppressed ? null : admin.Value.NormalizedEmail;
        if (recipient is null && options.Value.WebhookUrl.Length == 0)
        {
            return false;
        }
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.LockTextAsync(Lock, "", cancellationToken);
        var now = time.GetUtcNow();
        var last = await database.Alerts.MaxAsync(row => row.ToldAt, cancellationToken) ?? DateTimeOffset.MinValue;
        var interval = TimeSpan.FromMinutes(options.Value.IntervalMinutes);
        var oldestEnded = now - interval - MaxAgeOfEnded;
        var waiting = database.Alerts.Where(row => row.ToldAt == null && (row.EndedAt == null || row.CreatedAt > oldestEnded));
        var first = await waiting.MinAsync(row => (DateTimeOffset?)row.CreatedAt, cancellationToken);
        if (now - last < interval
            || first is null || now - first < TimeSpan.FromSeconds(options.Value.DelaySeconds))
        {
            return false;
        }
        var ended = await database.Alerts.LongCountAsync(row => row.ToldAt != null && row.EndedAt > last, cancellationToken);
        var digest = new AlertDigest(await TakeAsync(now, oldestEnded, cancellationToken), ended, now);
        if (recipient is not null)
        {
            await mails.AddAsync(
                [new NewMail(MailKind.Alert, recipient, Guid.Empty) { Details = MailDetails.Write(digest) }], cancellationToken);
        }
        if (options.Value.WebhookUrl.Length > 0)
        {
            await posts.AddAsync(AlertTexts.Post(digest), cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<AlertGroup>> TakeAsync(
        DateTimeOffset now, DateTimeOffset oldestEnded, CancellationToken cancellationToken)
    {
        var told = await database.Database.SqlQuery<ToldAlert>(
            $"""
            with told as (
                update alerts set told_at = {now} where told_at is null and (ended_at is null or created_at > {oldestEnded})
                returning number, kind, text, since, ended_at is not null and ended_at > created_at as is_over),
            ranked as (
                select *, count(*) over (partition by kind) as count, row_number() over (partition by kind order by number desc) as place
                from told)
            select kind, text, since, is_over, count from ranked where place <= {MaxLines} order by kind, place
            """).ToListAsync(cancellationToken);
        return
        [
            .. told.GroupBy(alert => alert.Kind).Select(group => new AlertGroup(
                group.Key, group.First().Count, [.. group.Select(alert => new AlertLine(alert.Text, alert.Since, alert.IsOver))])),
        ];
    }
}
