using Grpc.Core;
using ReelBallers.Payments.V1;

namespace ReelBallers.Accounts;

/// <summary>
/// Webhooks about payments, and mails: receipts, refunds, disputes, and automatic top-ups that need their user. Operators are told of
/// purchases.
/// </summary>
internal sealed class PaymentFeed(
    PaymentsService.PaymentsServiceClient payments, IServiceScopeFactory scopes, AccountsMeter meter, TimeProvider time,
    ILogger<PaymentFeed> logger)
    : EventFeed<PaymentEvent>("payments", scopes, meter, time, logger)
{
    protected override AsyncServerStreamingCall<PaymentEvent> Watch(long after, CancellationToken cancellationToken) =>
        payments.WatchPayments(new WatchPaymentsRequest { AfterSequence = after }, cancellationToken: cancellationToken);

    protected override long SequenceOf(PaymentEvent happened) => happened.Sequence;

    protected override string UserIdOf(PaymentEvent happened) => happened.UserId;

    protected override MailNotice? NoticeOf(PaymentEvent happened) => happened.Type switch
    {
        PaymentEventType.Credited =>
            Notice(MailKind.Receipt, happened.SessionId.Length == 0 ? PaymentNews.ToppedUp : PaymentNews.Paid, happened),
        PaymentEventType.Refunded => Notice(MailKind.Refund, PaymentNews.Refunded, happened),
        PaymentEventType.RefundFailed => Notice(MailKind.Refund, PaymentNews.RefundFailed, happened),
        PaymentEventType.Disputed => Notice(MailKind.Dispute, PaymentNews.Disputed, happened),
        PaymentEventType.DisputeWon => Notice(MailKind.Dispute, PaymentNews.DisputeWon, happened),
        PaymentEventType.DisputeLost => Notice(MailKind.Dispute, PaymentNews.DisputeLost, happened),
        PaymentEventType.AutoTopupStopped => Notice(MailKind.AutoTopup, PaymentNews.TopupsStopped, happened),
        PaymentEventType.AutoTopupActionRequired => Notice(MailKind.AutoTopup, PaymentNews.TopupUnconfirmed, happened),
        _ => Unknown(happened.Type.ToString()),
    };

    protected override WebhookNews? NewsOf(PaymentEvent happened) => happened.Type switch
    {
        PaymentEventType.Credited => News(WebhookTypes.PaymentCredited, happened, new PaymentCreditedData(
            UserOf(happened), happened.PaymentIntentId, SessionOf(happened), happened.AmountCents, happened.Currency, happened.Credits)),
        PaymentEventType.Refunded => News(WebhookTypes.PaymentRefunded, happened, new PaymentRefundedData(
            UserOf(happened), happened.PaymentIntentId, SessionOf(happened), happened.Reference, happened.AmountCents, happened.Currency,
            happened.Credits)),
        _ => null,
    };

    private static Guid UserOf(PaymentEvent happened) => Guid.ParseExact(happened.UserId, "D");

    private static string? SessionOf(PaymentEvent happened) => happened.SessionId.Length == 0 ? null : happened.SessionId;

    // The payment as well: numbers are given again when Payments' database is restored.
    private WebhookNews News(string type, PaymentEvent happened, object data) => new(
        WebhookEvent.IdOf($"{Name} {happened.Sequence} {happened.PaymentIntentId}"), type, happened.CreatedAt.ToDateTimeOffset(), data);

    protected override NewAlert? AlertOf(PaymentEvent happened) => happened.Type != PaymentEventType.Credited ? null : new NewAlert(
        AlertKinds.Purchase, happened.PaymentIntentId,
        $"{Wording.Money(happened.AmountCents, happened.Currency)} for {Wording.Bought(happened.Credits, happened.AccessNames)} by user "
            + $"{happened.UserId}{(happened.SessionId.Length == 0 ? ", an automatic top-up" : "")} ({happened.PaymentIntentId})",
        happened.CreatedAt.ToDateTimeOffset());

    private static MailNotice Notice(MailKind kind, PaymentNews news, PaymentEvent happened)
    {
        var at = happened.CreatedAt.ToDateTimeOffset();
        var details = new PaymentDetails(
            news, happened.AmountCents, happened.Currency, happened.Credits, happened.PaymentIntentId, happened.Reference,
            happened.ReceiptUrl, at)
        {
            PackId = happened.PackId,
            Access = [.. happened.AccessNames],
        };
        return new MailNotice(kind, UserOf(happened), at, details);
    }
}
