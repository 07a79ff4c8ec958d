using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The payments of all users in numbers, for operators: by day, and what waits.</summary>
internal sealed class PaymentFigures(PaymentsDbContext database)
{
    /// <summary>The days with an event, ascending.</summary>
    public async Task<IReadOnlyList<PaymentDay>> GetDaysAsync(DayRange range, CancellationToken cancellationToken)
    {
        var (from, to) = (range.From, range.To);
        // The numbers are those of PaymentEventType. A lost dispute takes money only when the bank did not have it yet.
        return await database.Database.SqlQuery<PaymentDay>(
            $"""
            select (one.created_at at time zone 'UTC')::date as day,
              coalesce(sum(amount_cents) filter (where one.type = 1), 0)::bigint as paid_cents,
              coalesce(sum(case one.type when 2 then amount_cents when 3 then -amount_cents end), 0)::bigint as refunded_cents,
              coalesce(sum(case one.type when 4 then amount_cents when 5 then -amount_cents
                when 6 then case when before.type is null or before.type = 5 then amount_cents end end), 0)::bigint as disputed_cents
            from payment_events one
            left join lateral (
              select type from payment_events earlier
              where one.type = 6 and earlier.type in (4, 5, 6) and earlier.reference = one.reference and earlier.sequence < one.sequence
              order by earlier.sequence desc limit 1) before on true
            where one.created_at >= {from} and one.created_at < {to} and one.type between 1 and 6
            group by day order by day
            """).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Stripe's events in the inbox, commands that the wallet has not confirmed, access to be given or taken away, and what was set aside.
    /// </summary>
    public async Task<(long Events, long WalletCommands, long Grants, long Parked)> GetPendingAsync(
        CancellationToken cancellationToken) => (
        await database.Events.LongCountAsync(row => row.State == EventState.Pending, cancellationToken),
        await database.WalletCommands.LongCountAsync(row => row.DoneAt == null, cancellationToken),
        await database.Grants.LongCountAsync(
            row => row.State == GrantState.Pending || row.State == GrantState.Revoking, cancellationToken),
        await database.ParkedItems.LongCountAsync(row => row.DismissedAt == null, cancellationToken));
}
