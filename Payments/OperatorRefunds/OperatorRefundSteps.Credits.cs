using Microsoft.EntityFrameworkCore;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>The credits of an operator's refund.</summary>
internal sealed partial class OperatorRefundSteps
{
    // False: they are spent. The wallet is frozen from the look at its credits until they are taken, so that nothing is spent in between.
    private async Task<bool> TakeCreditsAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        if (!refund.AreCreditsTaken)
        {
            // A purchase that gave access only has no credits in the wallet.
            if (!refund.IsForced && (await CheckoutAsync(refund, cancellationToken)).TotalCredits > 0
                && !await FreezeAndCheckAsync(refund, paymentIntentId, cancellationToken))
            {
                return false;
            }
            await Pending(refund).ExecuteUpdateAsync(set => set.SetProperty(row => row.AreCreditsTaken, true), cancellationToken);
        }
        await reversals.ApplyOrdersAsync(refund.CheckoutId, cancellationToken);
        if (!refund.IsForced)
        {
            await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
            {
                await PlanUnfreezeAsync(refund, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
            await outbox.SendPendingAsync(refund.CheckoutId, cancellationToken);
        }
        return true;
    }

    private async Task<bool> FreezeAndCheckAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken)
    {
        var user = (await CheckoutAsync(refund, cancellationToken)).UserId.ToString();
        await wallet.FreezeAsync(
            new FreezeRequest { UserId = user, Reference = FreezeOf(refund) }, cancellationToken: cancellationToken);
        for (var tries = 1; tries <= MaxTries; tries++)
        {
            var checkout = await CheckoutAsync(refund, cancellationToken);
            var taken = await TakenByOthersAsync(refund, cancellationToken);
            // What was planned before is taken first; it may leave less.
            await outbox.SendPendingAsync(checkout.Id, cancellationToken);
            var unspent = await wallet.GetPaymentCreditsAsync(
                new GetPaymentCreditsRequest { UserId = user, StripePaymentId = paymentIntentId }, cancellationToken: cancellationToken);
            if ((await CheckoutAsync(refund, cancellationToken)).ReversalVersion == checkout.ReversalVersion)
            {
                return OperatorRefundRules.IsCovered(
                    checkout, taken, refund.AmountCents, unspent.PaidUnspentCents, unspent.BonusUnspentCents);
            }
        }
        throw new InvalidOperationException($"Payment {paymentIntentId} changed during each of {MaxTries} attempts.");
    }

    private Task<Checkout> CheckoutAsync(OperatorRefund refund, CancellationToken cancellationToken) =>
        database.Checkouts.AsNoTracking().SingleAsync(row => row.Id == refund.CheckoutId, cancellationToken);

    // Of other orders whose credits are taken and whose refunds are not part of the checkout's sum yet.
    private async Task<long> TakenByOthersAsync(OperatorRefund refund, CancellationToken cancellationToken)
    {
        var own = ReversalRules.OrderId(refund.Id);
        return await database.Reversals
            .Where(row => row.CheckoutId == refund.CheckoutId && row.Kind == ReversalKind.Order && row.Status == ReversalRules.OrderTaken
                && row.Id != own)
            .SumAsync(row => (long?)row.AmountCents, cancellationToken) ?? 0;
    }

    // In the caller's transaction. Planned once: a wallet's freeze that was lifted stays lifted.
    private async Task PlanUnfreezeAsync(OperatorRefund refund, CancellationToken cancellationToken)
    {
        var reference = FreezeOf(refund);
        await database.Checkouts.FromSql($"select * from checkouts where id = {refund.CheckoutId} for update")
            .AsNoTracking().ToListAsync(cancellationToken);
        var commands = database.WalletCommands.Where(row => row.CheckoutId == refund.CheckoutId);
        if (refund.IsForced || await commands.AnyAsync(row => row.Reference == reference, cancellationToken))
        {
            return;
        }
        var last = await commands.MaxAsync(row => (int?)row.Sequence, cancellationToken) ?? 0;
        var now = time.GetUtcNow();
        database.WalletCommands.Add(new WalletCommand
        {
            CheckoutId = refund.CheckoutId,
            Sequence = last + 1,
            Kind = WalletCommandKind.Unfreeze,
            Reference = reference,
            PlannedAt = now,
            NextAttemptAt = now,
        });
        await database.SaveChangesAsync(cancellationToken);
        database.ChangeTracker.Clear();
    }

    private static string FreezeOf(OperatorRefund refund) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"refund:{refund.Id}:{refund.Generation}");
}
