using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>Puts a paid checkout's credits into the wallet: once, since the wallet's key is the payment.</summary>
internal sealed partial class WalletCredits(WalletService.WalletServiceClient wallet, ILogger<WalletCredits> logger)
{
    /// <summary>False when the wallet refuses for good; it may be called again any number of times.</summary>
    /// <exception cref="RpcException">The wallet is out of reach; the fate is unknown: call again.</exception>
    public async Task<bool> CreditAsync(Checkout checkout, string paymentIntentId, CancellationToken cancellationToken)
    {
        var key = $"payment:{paymentIntentId}";
        var credited = await CreditAsync(
            checkout, paymentIntentId, key, checkout.Credits, EntryReason.Topup, Wording.Topup(checkout), cancellationToken);
        if (credited && checkout.BonusCredits > 0)
        {
            credited = await CreditAsync(
                checkout, paymentIntentId, $"{key}:bonus", checkout.BonusCredits, EntryReason.Bonus, Wording.Bonus(checkout), cancellationToken);
        }
        return credited;
    }

    private async Task<bool> CreditAsync(
        Checkout checkout, string paymentIntentId, string key, long credits, EntryReason reason, string description, CancellationToken cancellationToken)
    {
        var request = new CreditRequest
        {
            UserId = checkout.UserId.ToString(),
            IdempotencyKey = key,
            AmountCents = credits,
            Reason = reason,
            StripePaymentId = paymentIntentId,
            Description = description,
        };
        try
        {
            var answer = await wallet.CreditAsync(request, cancellationToken: cancellationToken);
            LogCredited(checkout.Id, paymentIntentId, reason, credits, answer.Replayed);
            return true;
        }
        catch (RpcException refusal) when (refusal.StatusCode is StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.OutOfRange)
        {
            LogRefused(checkout.Id, paymentIntentId, reason, credits, refusal.ErrorCode() ?? refusal.StatusCode.ToString());
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Checkout {CheckoutId}: payment {PaymentIntentId} {Reason} {Credits} credits are in the wallet (again: {Replayed})")]
    private partial void LogCredited(Guid checkoutId, string paymentIntentId, EntryReason reason, long credits, bool replayed);

    [LoggerMessage(LogLevel.Error, "Checkout {CheckoutId}: the wallet refuses {Credits} credits ({Reason}) of payment {PaymentIntentId}: {Code}. Paid and not credited: an operator must act")]
    private partial void LogRefused(Guid checkoutId, string paymentIntentId, EntryReason reason, long credits, string code);
}
