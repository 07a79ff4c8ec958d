using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes mails that were sent 7 days ago and those that were given up 30 days ago.</summary>
internal sealed class OldMails(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldMails> logger)
    : PurgeWorker<AccountsDbContext>("mails", databases, time, logger)
{
    private static readonly TimeSpan KeepSent = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepFailed = TimeSpan.FromDays(30);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from mails where mail_id in
          (select mail_id from mails where sent_at < {now - KeepSent} or failed_at < {now - KeepFailed} limit {Batches.Size}
           for update skip locked)
        """,
    ];
}
