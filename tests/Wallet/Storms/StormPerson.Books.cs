using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

// What the books must say in the end.
internal sealed partial class StormPerson
{
    /// <summary>
    /// Only the last wallet is open. It has what was paid, less what was taken back and spent, and each payment has its state at Stripe.
    /// </summary>
    public async Task AgreesAsync(Client wallet)
    {
        var balances = (await wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { _wallets } })).Balances;
        Assert.All(balances.SkipLast(1), closed => Assert.Equal(
            (0, 0, 0, true), (closed.BalanceCents, closed.HeldCents, closed.ReceivableCents, closed.Frozen)));
        var open = balances[^1];
        Assert.Equal((0, false), (open.HeldCents, open.Frozen));
        Assert.Equal(_payments.Sum(payment => payment.LeftCents) - _spent, open.BalanceCents - open.ReceivableCents);
        var lots = (await wallet.ListLotsAsync(new ListLotsRequest { UserId = open.UserId })).Lots;
        Assert.Equal(open.BalanceCents, lots.Sum(lot => lot.LeftCents));
        foreach (var payment in _payments)
        {
            foreach (var user in new[] { payment.User, open.UserId })
            {
                var credits = await wallet.GetPaymentCreditsAsync(
                    new GetPaymentCreditsRequest { UserId = user, StripePaymentId = payment.Id });
                Assert.Equal(
                    (payment.PaidCents, payment.BonusCents, payment.PaidTakenCents, payment.BonusTakenCents),
                    (credits.PaidCents, credits.BonusCents, credits.PaidClawedBackCents, credits.BonusClawedBackCents));
            }
            KeepsItsLots(payment, lots.Where(lot => lot.StripePaymentId == payment.Id).ToLookup(lot => lot.Bonus));
        }
    }

    // A payment whose dispute was won has new lots, which do not expire, and perhaps a hold's part of the old ones.
    private void KeepsItsLots(StormPayment payment, ILookup<bool, V1.Lot> lots)
    {
        Assert.All(lots[false], lot => Assert.Null(lot.ExpiresAt));
        if (!payment.IsReinstated)
        {
            Assert.All(
                lots[true], lot => Assert.Equal(_expiry.ToDateTimeOffset().RoundUpToMicrosecond(), lot.ExpiresAt.ToDateTimeOffset()));
            Assert.InRange(lots[false].Sum(lot => lot.LeftCents), 0, payment.PaidCents);
            Assert.InRange(lots[true].Sum(lot => lot.LeftCents), 0, payment.BonusCents);
        }
    }
}
