using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Deletes tickets, with their messages, a year after their last change: they are personal data. The alert of one that was still open ends.
/// The address that a ticket came from, which counts in a limit, is erased after a day.
/// </summary>
internal sealed class OldTickets(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldTickets> logger)
    : PurgeWorker<AccountsDbContext>("tickets", databases, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(365);
    private static readonly TimeSpan KeepClientAddress = TimeSpan.FromDays(1);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from tickets where ticket_id in
          (select ticket_id from tickets where updated_at < {now - Keep} limit {Batches.Size} for update skip locked)
        """,
        $"""
        update tickets set client_address = null where ticket_id in
          (select ticket_id from tickets where client_address is not null and created_at < {now - KeepClientAddress}
           limit {Batches.Size} for update skip locked)
        """,
        $"""
        update alerts set ended_at = {now} where number in
          (select number from alerts where kind = {AlertKinds.Ticket} and ended_at is null
             and not exists (select from tickets where ticket_id::text = alerts.subject) limit {Batches.Size} for update skip locked)
        """,
    ];
}
