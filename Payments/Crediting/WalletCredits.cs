using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>Credits a paid checkout to the wallet: once, since the key is the payment's id; paid and bonus credits atomically.</summary>
internal sealed partial class WalletCredits(WalletService.WalletServiceClient wallet, ILogger<WalletCredits> logger)
{
    /// <summary>False when the wallet rejects it permanently. Idempotent.</summary>
    /// <exception cref="RpcException">The wallet is unavailable and the outcome unknown: call again.</exception>
    public async Task<bool> CreditAsync(Checkout checkout, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (checkout.TotalCredits == 0)
        {
            // It gives access only.
            return true;
        }
        var key = $"payment:{paymentIntentId}";
        var batch = new PostBatchRequest();
        batch.Commands.Add(new BatchCommand
        {
            Credit = Request(checkout, paymentIntentId, key, checkout.Credits, EntryReason.Topup, Wording.Topup(checkout)),
            Linked = checkout.BonusCredits > 0,
        });
        if (checkout.BonusCredits > 0)
        {
            batch.Commands.Add(new BatchCommand
            {
                Credit = Request(checkout, paymentIntentId, $"{key}:bonus", checkout.BonusCredits, EntryReason.Bonus,
                    Wording.Bonus(checkout)),
            });
        }
        var rejection = await RejectionAsync(batch, cancellationToken);
        if (rejection is not null)
        {
            LogRejected(checkout.Id, paymentIntentId, checkout.TotalCredits, rejection);
        }
        return rejection is null;
    }

    private async Task<string?> RejectionAsync(PostBatchRequest batch, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await wallet.PostBatchAsync(batch, cancellationToken: cancellationToken);
            var codes = answer.Outcomes.Select(outcome => outcome.ErrorCode).Where(code => code.Length > 0).ToList();
            return codes.FirstOrDefault(code => code != WalletErrorCodes.LinkedCommandFailed) ?? codes.FirstOrDefault();
        }
        catch (RpcException rejection) when (rejection.StatusCode is StatusCode.InvalidArgument)
        {
            return rejection.ErrorCode() ?? WalletErrorCodes.InvalidArgument;
        }
    }

    private static CreditRequest Request(
        Checkout checkout, string paymentIntentId, string key, long credits, EntryReason reason, string description) => new()
        {
            UserId = checkout.UserId.ToString(),
            IdempotencyKey = key,
            AmountCents = credits,
            Reason = reason,
            StripePaymentId = paymentIntentId,
            Description = description,
        };

    [LoggerMessage(
        LogLevel.Error,
        "Checkout {CheckoutId}: the wallet rejected {Credits} credits of payment {PaymentIntentId}: {Code}. Paid and not " +
        "credited: an operator must act")]
    private partial void LogRejected(Guid checkoutId, string paymentIntentId, long credits, string code);
}
