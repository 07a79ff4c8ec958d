using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Early fraud warnings: the card network says that the owner calls a payment fraudulent. By configuration it is refunded at once,
/// which costs less than the dispute that usually follows.
/// </summary>
internal sealed class FraudWarnings(PaymentsDbContext database, OperatorRefunds refunds, IOptions<TopupLimitOptions> options)
{
    /// <summary>Who has asked for these refunds.</summary>
    public const string Actor = "early_fraud_warning";

    /// <summary>Handles a warning; idempotent by its id.</summary>
    /// <exception cref="StripeUnavailableException">The refund is recorded and will be completed.</exception>
    public async Task<EventOutcome> HandleAsync(string warningId, string? paymentIntentId, CancellationToken cancellationToken)
    {
        if (paymentIntentId is null || !options.Value.RefundsOnWarning)
        {
            return EventOutcome.Noted;
        }
        if (!await database.Checkouts.AnyAsync(row => row.PaymentIntentId == paymentIntentId && row.CreditedAt != null, cancellationToken))
        {
            return new EventOutcome("not_ours", false);
        }
        try
        {
            await refunds.RefundAsync(
                new OperatorRefundRequest($"{Actor}:{warningId}", paymentIntentId, 0, IsForced: true, "fraudulent", Actor, ""),
                cancellationToken);
            return new EventOutcome("refunded", false);
        }
        catch (RpcException rejection) when (rejection.ErrorCode() is
            V1.PaymentsErrorCodes.RefundExceedsPayment or V1.PaymentsErrorCodes.StripeRejected)
        {
            // Refunded or disputed already.
            return new EventOutcome("not_refundable", false);
        }
    }
}
