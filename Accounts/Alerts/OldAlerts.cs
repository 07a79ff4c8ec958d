using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes alerts 90 days after they were over, posts 30 days after they were sent or given up, and traffic after a day.</summary>
internal sealed class OldAlerts(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldAlerts> logger)
    : PurgeWorker<AccountsDbContext>("alerts", databases, time, logger)
{
    private static readonly TimeSpan KeepAlerts = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepPosts = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeepTraffic = TimeSpan.FromDays(1);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from alerts where number in
          (select number from alerts where ended_at < {now - KeepAlerts} limit {Batches.Size} for update skip locked)
        """,
        $"""
        delete from alert_posts where post_id in
          (select post_id from alert_posts where sent_at < {now - KeepPosts} or failed_at < {now - KeepPosts} limit {Batches.Size}
           for update skip locked)
        """,
        $"""
        delete from gateway_traffic where (gateway_id, number) in
          (select gateway_id, number from gateway_traffic where received_at < {now - KeepTraffic} limit {Batches.Size}
           for update skip locked)
        """,
    ];
}
