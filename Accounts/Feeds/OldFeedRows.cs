using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes receipts of users who have not signed in within 30 days, and events that were given up 30 days ago.</summary>
internal sealed class OldFeedRows(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldFeedRows> logger)
    : PurgeWorker<AccountsDbContext>("events of other services", databases, time, logger)
{
    private static readonly TimeSpan KeepDead = TimeSpan.FromDays(30);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from held_receipts where payment_id in
          (select payment_id from held_receipts where at <= {now - HeldReceipts.Keep} limit {Batches.Size} for update skip locked)
        """,
        $"""
        delete from dead_feed_events where event_id in
          (select event_id from dead_feed_events where failed_at < {now - KeepDead} limit {Batches.Size} for update skip locked)
        """,
    ];
}
