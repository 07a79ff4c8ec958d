using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Something that other systems are told.</summary>
/// <param name="EventId">As <see cref="WebhookEvent.EventId"/>.</param>
/// <param name="Type">One of <see cref="WebhookTypes.All"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What is said about it: ids and cents, no addresses and no links.</param>
internal sealed record WebhookNews(Guid EventId, string Type, DateTimeOffset At, object Data)
{
    /// <summary>The body of the request: type, timestamp and data, as Standard Webhooks recommends it.</summary>
    public string ToBody() => JsonSerializer.Serialize(new WebhookBody(Type, At.UtcDateTime, Data), ApiJson.Options);

    private sealed record WebhookBody(string Type, DateTime Timestamp, object Data);
}

/// <summary>Data of <c>payment.credited</c>.</summary>
/// <param name="Uid">Who has paid.</param>
/// <param name="PaymentId">Stripe's payment.</param>
/// <param name="SessionId">The top-up; null for an automatic one.</param>
/// <param name="AmountCents">What was paid, in <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217, lower case.</param>
/// <param name="Credits">What was credited, bonus included.</param>
internal sealed record PaymentCreditedData(
    Guid Uid, string PaymentId, string? SessionId, long AmountCents, string Currency, long Credits);

/// <summary>Data of <c>payment.refunded</c>.</summary>
/// <param name="Uid">Who had paid.</param>
/// <param name="PaymentId">Stripe's payment.</param>
/// <param name="SessionId">The top-up; null for an automatic one.</param>
/// <param name="RefundId">Stripe's refund.</param>
/// <param name="AmountCents">What was refunded, in <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217, lower case.</param>
/// <param name="Credits">What was taken back.</param>
internal sealed record PaymentRefundedData(
    Guid Uid, string PaymentId, string? SessionId, string RefundId, long AmountCents, string Currency, long Credits);

/// <summary>Data of <c>job.completed</c> and <c>job.failed</c>.</summary>
/// <param name="Uid">Whose job it is.</param>
/// <param name="JobId">The job.</param>
/// <param name="Type">Its type.</param>
/// <param name="Status"><c>completed</c>, <c>failed</c> or <c>timed_out</c>.</param>
/// <param name="HeldCents">What was held for it.</param>
/// <param name="CostCents">What it has cost.</param>
/// <param name="RefundedCents">What of the hold was returned.</param>
internal sealed record JobEndedData(
    Guid Uid, Guid JobId, string Type, string Status, long HeldCents, long CostCents, long RefundedCents);

/// <summary>Data of <c>wallet.low_balance</c>.</summary>
/// <param name="Uid">Whose wallet it is.</param>
/// <param name="BalanceCents">What is left.</param>
/// <param name="ThresholdCents">Below which a balance is low.</param>
internal sealed record LowBalanceData(Guid Uid, long BalanceCents, long ThresholdCents);
