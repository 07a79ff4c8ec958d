using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes tickets, with their messages, a year after their last change: they are personal data.</summary>
internal sealed class OldTickets(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldTickets> logger)
    : PurgeWorker<AccountsDbContext>("tickets", databases, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(365);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from tickets where ticket_id in
          (select ticket_id from tickets where updated_at < {now - Keep} limit {Batches.Size} for update skip locked)
        """,
    ];
}
