using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Deletes deliveries that were accepted 7 days ago, those that were given up 30 days ago, those that have waited for a disabled endpoint
/// for 30 days, and events without deliveries.
/// </summary>
internal sealed class OldWebhooks(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldWebhooks> logger)
    : PurgeWorker<AccountsDbContext>("webhooks", databases, time, logger)
{
    private static readonly TimeSpan KeepDelivered = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepFailed = TimeSpan.FromDays(30);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from webhook_deliveries where delivery_id in
          (select delivery_id from webhook_deliveries
           where delivered_at < {now - KeepDelivered} or failed_at < {now - KeepFailed} limit {Batches.Size} for update skip locked)
        """,
        $"""
        delete from webhook_deliveries where delivery_id in
          (select delivery_id from webhook_deliveries join webhook_endpoints using (endpoint_id)
           where disabled_at is not null and delivered_at is null and failed_at is null and due_at < {now - KeepFailed}
           limit {Batches.Size} for update of webhook_deliveries skip locked)
        """,
        // Not those whose deliveries are about to be written: they are newer.
        $"""
        delete from webhook_events where event_id in
          (select event_id from webhook_events one where created_at < {now - KeepDelivered}
             and not exists (select from webhook_deliveries where event_id = one.event_id)
           limit {Batches.Size} for update skip locked)
        """,
    ];
}
