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

    /// <summary>The messages of events, with the receipts of the payments that are known.</summary>
    public static async Task<IReadOnlyList<V1.PaymentEvent>> ToMessagesAsync(
        PaymentsDbContext database, IReadOnlyList<PaymentEvent> events, CancellationToken cancellationToken)
    {
        var credited = events.Where(one => one.Type == PaymentEventType.Credited).Select(one => one.PaymentIntentId).ToList();
        var receipts = credited.Count == 0 ? [] : await database.Checkouts
            .Where(row => credited.Contains(row.PaymentIntentId!) && row.ReceiptUrl != null)
            .ToDictionaryAsync(row => row.PaymentIntentId!, row => row.ReceiptUrl!, cancellationToken);
        return [.. events.Select(one => one.ToMessage(
            one.Type == PaymentEventType.Credited ? receipts.GetValueOrDefault(one.PaymentIntentId) : null))];
    }
}
