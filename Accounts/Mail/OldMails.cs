using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes mails that were sent 7 days ago and those that were given up 30 days ago.</summary>
internal sealed class OldMails(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldMails> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old mails could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private static readonly TimeSpan KeepSent = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepFailed = TimeSpan.FromDays(30);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var (sent, failed) = (Time.GetUtcNow() - KeepSent, Time.GetUtcNow() - KeepFailed);
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from mails where mail_id in
              (select mail_id from mails where sent_at < {sent} or failed_at < {failed} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
    }
}
