using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The payment events in the database, in the order of their commits.</summary>
internal sealed class PaymentEventLog(PaymentsDbContext database, EventLog<PaymentEvent> log)
{
    /// <summary>Where they are.</summary>
    public static readonly EventLog<PaymentEvent> Log = new("payment_events", OrderLock: 0x5061796D656E7473); // "Payments"

    /// <summary>Adds events to the current transaction, as its last step before the commit.</summary>
    public Task AddAsync(IEnumerable<PaymentEvent> events, CancellationToken cancellationToken) =>
        log.AppendAsync(database, events, cancellationToken);

    /// <summary>The next events after a sequence number.</summary>
    public Task<List<PaymentEvent>> AfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        log.AfterAsync(database, sequence, count, cancellationToken);

    /// <summary>The messages of events, with what was bought and the receipts that are known.</summary>
    public static async Task<IReadOnlyList<V1.PaymentEvent>> ToMessagesAsync(
        PaymentsDbContext database, IReadOnlyList<PaymentEvent> events, CancellationToken cancellationToken)
    {
        // Automatic top-ups that stop have no payment.
        var payments = events.Select(one => one.PaymentIntentId).Where(id => id.Length > 0).Distinct().ToList();
        var checkouts = payments.Count == 0 ? [] : await database.Checkouts.AsNoTracking()
            .Where(row => payments.Contains(row.PaymentIntentId!))
            .ToDictionaryAsync(row => row.PaymentIntentId!, cancellationToken);
        return [.. events.Select(one => one.ToMessage(checkouts.GetValueOrDefault(one.PaymentIntentId)))];
    }
}
