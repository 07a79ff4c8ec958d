using Microsoft.EntityFrameworkCore;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>
/// The steps of an operator's refund. The credits are taken before the money is refunded, so that they cannot be spent meanwhile;
/// when Stripe does not refund, they are returned. Each step can be repeated.
/// </summary>
internal sealed partial class OperatorRefundSteps(
    PaymentsDbContext database, StripeApi stripe, Reversals reversals, WalletOutbox outbox, ParkedItems parked,
    WalletService.WalletServiceClient wallet, TimeProvider time, ILogger<OperatorRefundSteps> logger)
{
    private const int MaxTries = 5;

    /// <summary>Carries out what is left of it; it may end as rejected.</summary>
    public async Task<OperatorRefund> ContinueAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (refund.RefundId is null && !await TakeCreditsAsync(refund, paymentIntentId, cancellationToken))
        {
            return await EndAsync(refund, OperatorRefundState.Rejected, V1.PaymentsErrorCodes.CreditsSpent, cancellationToken);
        }
        if (refund.RefundId is null && await RefundAtStripeAsync(refund, paymentIntentId, cancellationToken) is { } rejection)
        {
            refund = await EndAsync(refund, OperatorRefundState.Rejected, rejection, cancellationToken);
            await reversals.ApplyOrdersAsync(refund.CheckoutId, cancellationToken);
            return refund;
        }
        await reversals.ApplyAsync(paymentIntentId, cancellationToken);
        refund = await EndAsync(refund, OperatorRefundState.Done, null, cancellationToken);
        await parked.ResolveAsync(ParkedKind.OperatorRefund, refund.Id, cancellationToken);
        LogDone(refund.Id, paymentIntentId, refund.RefundId!, refund.AmountCents);
        return refund;
    }

    /// <summary>Ends the refund, or leaves it to an operator, and has the freeze of its first step lifted.</summary>
    public async Task<OperatorRefund> EndAsync(
        OperatorRefund refund, OperatorRefundState state, string? rejection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            // Another attempt may have taken the credits meanwhile: then they are not spent.
            var pending = rejection == V1.PaymentsErrorCodes.CreditsSpent
                ? Pending(refund).Where(row => !row.AreCreditsTaken) : Pending(refund);
            var ended = await pending.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, state).SetProperty(row => row.Rejection, rejection)
                    .SetProperty(row => row.UpdatedAt, now), cancellationToken);
            if (ended == 1)
            {
                await PlanUnfreezeAsync(refund, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }
        return await database.OperatorRefunds.AsNoTracking().SingleAsync(row => row.Id == refund.Id, cancellationToken);
    }

    // Null when Stripe refunds; else Stripe's code for its rejection.
    private async Task<string?> RefundAtStripeAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (await MadeBeforeAsync(refund, paymentIntentId, cancellationToken) is { } before)
        {
            await SetRefundAsync(refund, before, cancellationToken);
            return null;
        }
        try
        {
            await SetRefundAsync(refund, await stripe.CreateRefundAsync(refund, paymentIntentId, cancellationToken), cancellationToken);
            return null;
        }
        catch (StripeUnavailableException outage) when (outage.IsKept)
        {
            // That key would replay the failure. The next attempt lists the refunds and finds it if it was created after all.
            await Pending(refund).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.StripeAttempt, refund.StripeAttempt + 1), cancellationToken);
            throw;
        }
        catch (StripeException rejection)
        {
            var code = rejection.StripeError?.Code ?? rejection.StripeError?.Type ?? "unknown";
            LogRejected(refund.Id, paymentIntentId, code, rejection.Message);
            return code;
        }
    }

    // Stripe forgets idempotency keys after a day; the refund created under one remains. A list that fails says nothing about it.
    private async Task<Refund?> MadeBeforeAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (refund.Attempts <= 1)
        {
            return null;
        }
        try
        {
            return (await stripe.RefundsOfAsync(paymentIntentId, cancellationToken))
                .Find(made => made.Metadata?.GetValueOrDefault(StripeApi.OperatorRefundKey) == refund.Id);
        }
        catch (StripeException rejection)
        {
            throw new StripeUnavailableException("Stripe does not list the refunds of the payment.", rejection);
        }
    }

    private async Task SetRefundAsync(OperatorRefund refund, Refund made, CancellationToken cancellationToken)
    {
        await Pending(refund).ExecuteUpdateAsync(set => set.SetProperty(row => row.RefundId, made.Id), cancellationToken);
        refund.RefundId = made.Id;
    }

    private IQueryable<OperatorRefund> Pending(OperatorRefund refund) =>
        database.OperatorRefunds.Where(row => row.Id == refund.Id && row.State == OperatorRefundState.Pending);

    [LoggerMessage(LogLevel.Information, "Refund {Key} done: {RefundId}, {AmountCents} cents of payment {PaymentIntentId}")]
    private partial void LogDone(string key, string paymentIntentId, string refundId, long amountCents);

    [LoggerMessage(LogLevel.Warning, "Refund {Key} of payment {PaymentIntentId} was rejected by Stripe: {Code}: {Reason}")]
    private partial void LogRejected(string key, string paymentIntentId, string code, string reason);
}
