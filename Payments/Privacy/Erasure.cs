using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What the erasure of a person has changed.</summary>
/// <param name="IsCustomerDeleted">Whether there was a customer at Stripe, which is deleted.</param>
/// <param name="Events">The events whose content was emptied.</param>
/// <param name="PendingEvents">Those that are not handled yet: erase again later.</param>
internal sealed record Erased(bool IsCustomerDeleted, int Events, int PendingEvents);

/// <summary>
/// Erases a person here, at Storage and at Stripe, as far as the books allow: amounts, times, Stripe's ids and the user's UUID stay,
/// since they prove what was paid; e-mails, addresses, the content of events, links and file names go. The name in an outside system goes
/// when there is no access left that a reversal would have to take back. Safe to repeat.
/// </summary>
internal sealed partial class Erasure(
    PaymentsDbContext database, StripeApi stripe, Downloads downloads, TimeProvider time, ILogger<Erasure> logger)
{
    private static readonly TimeSpan SearchTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Erases the person who has this id, under all ids.</summary>
    /// <exception cref="StripeUnavailableException">Not everything is erased yet: repeat.</exception>
    /// <exception cref="Grpc.Core.RpcException">Storage is unavailable; not everything is erased yet: repeat.</exception>
    public async Task<Erased> EraseAsync(Guid userId, string actor, CancellationToken cancellationToken)
    {
        var all = new Erased(false, 0, 0);
        foreach (var id in await database.PersonOfAsync(userId, cancellationToken))
        {
            var erased = await EraseOneAsync(id, actor, cancellationToken);
            all = new Erased(
                all.IsCustomerDeleted || erased.IsCustomerDeleted, all.Events + erased.Events, all.PendingEvents + erased.PendingEvents);
        }
        return all;
    }

    private async Task<Erased> EraseOneAsync(Guid userId, string actor, CancellationToken cancellationToken)
    {
        var customer = await database.Customers.AsNoTracking().SingleOrDefaultAsync(row => row.UserId == userId, cancellationToken);
        if (customer?.CustomerId is { } customerId)
        {
            await stripe.DeleteCustomerAsync(customerId, cancellationToken);
        }
        await downloads.EraseAsync(userId, cancellationToken);
        var names = await NamesAsync(userId, customer, cancellationToken);
        database.Database.SetCommandTimeout(SearchTimeout);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Counted first: an event that is handled meanwhile is emptied, or by the next call.
        var pending = await database.Database.SqlQuery<int>(
            $"""
            select count(*)::int as "Value" from stripe_events where state = {(short)EventState.Pending}
                and exists (select 1 from unnest({names}) name where position(name in payload) > 0)
            """).SingleAsync(cancellationToken);
        var events = await database.Database.ExecuteSqlAsync(
            $"""
            update stripe_events set payload = '', error = null
            where payload <> '' and state <> {(short)EventState.Pending}
                and exists (select 1 from unnest({names}) name where position(name in payload) > 0)
            """, cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"""
            update customers set email = null, customer_id = null, cards = null, stripe_attempt = stripe_attempt + 1
            where user_id = {userId};
            update checkouts set receipt_email = null, client_address = null, session_url = null, receipt_url = null,
                invoice_url = null, access_username = null where user_id = {userId};
            update access_grants set access_username = '', access_key = ''
            where user_id = {userId} and (state in ({(short)GrantState.Revoked}, {(short)GrantState.Cancelled})
                or (state = {(short)GrantState.Granted} and access_until <= {time.GetUtcNow()}));
            update operator_refunds set note = '' where checkout_id in (select id from checkouts where user_id = {userId});
            delete from auto_topups where user_id = {userId};
            delete from failed_payments where user_id = {userId};
            delete from idempotency_records where user_id = {userId}
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogErased(userId, actor, events, pending);
        return new Erased(customer?.CustomerId is not null, events, pending);
    }

    // What an event about the person contains.
    private async Task<string[]> NamesAsync(Guid userId, StripeCustomer? customer, CancellationToken cancellationToken)
    {
        var checkouts = await database.Checkouts.Where(row => row.UserId == userId)
            .Select(row => new { row.SessionId, row.PaymentIntentId, row.ReceiptEmail }).ToListAsync(cancellationToken);
        return
        [
            .. checkouts.SelectMany(row => new[] { row.SessionId, row.PaymentIntentId, row.ReceiptEmail })
                .Append(customer?.CustomerId).Append(customer?.Email).Append(userId.ToString())
                .OfType<string>().Where(name => name.Length > 0).Distinct(),
        ];
    }

    [LoggerMessage(LogLevel.Warning, "User {UserId} was erased by {Actor}: {Events} events emptied, {Pending} still pending")]
    private partial void LogErased(Guid userId, string actor, int events, int pending);
}
