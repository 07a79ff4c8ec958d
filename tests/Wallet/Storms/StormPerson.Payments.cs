using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

// Payments, and what becomes of them.
internal sealed partial class StormPerson
{
    private async Task<StormPayment> PayAsync(string user, string name, StormAct act)
    {
        var payment = new StormPayment(user, $"pi_{user}_{name}", act.Cents, act.BonusCents);
        var bonus = Requests.Credit(user, $"{name}-bonus", act.BonusCents, V1.EntryReason.Bonus, payment.Id);
        bonus.ExpiresAt = _expiry;
        var (answer, _) = await _replicas.OutcomeAsync(wallet => wallet.PostBatchAsync(Requests.Batch(
            [Requests.InBatch(Requests.Credit(user, name, act.Cents, payment: payment.Id)), Requests.InBatch(bonus)], 0)));
        Assert.All(answer!.Outcomes, outcome => Assert.Equal("", outcome.ErrorCode));
        _keys.Add((user, name));
        _keys.Add((user, $"{name}-bonus"));
        _payments.Add(payment);
        return payment;
    }

    // What Stripe reports, always under the user who has paid.
    private async Task ReverseAsync(StormPayment payment, StormFate fate)
    {
        switch (fate)
        {
            case StormFate.RefundedInParts:
                await TakeAsync(payment, "refund-1", payment.PaidCents / 2, payment.BonusCents / 2);
                await TakeAsync(payment, "refund-2", 1, 0);
                break;
            case StormFate.Refunded:
                await TakeAsync(payment, "refund", payment.PaidCents, payment.BonusCents);
                break;
            case StormFate.DisputeWon or StormFate.DisputeLost:
                var (user, reference) = (payment.User, $"dp_{payment.Id}");
                await _replicas.OutcomeAsync(
                    wallet => wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = reference }));
                await TakeAsync(payment, "dispute", payment.PaidCents, payment.BonusCents);
                if (fate == StormFate.DisputeWon)
                {
                    await ReinstateAsync(payment);
                }
                await _replicas.OutcomeAsync(
                    wallet => wallet.UnfreezeAsync(new UnfreezeRequest { UserId = user, Reference = reference }));
                break;
        }
    }

    private async Task TakeAsync(StormPayment payment, string what, long paidCents, long bonusCents)
    {
        var key = $"{payment.Id}-{what}";
        await _replicas.OutcomeAsync(
            wallet => wallet.ClawBackAsync(Requests.ClawBack(payment.User, key, paidCents, bonusCents, payment.Id)));
        _keys.Add((payment.User, key));
        payment.PaidTakenCents += paidCents;
        payment.BonusTakenCents += bonusCents;
    }

    private async Task ReinstateAsync(StormPayment payment)
    {
        var key = $"{payment.Id}-won";
        await _replicas.OutcomeAsync(wallet => wallet.ReinstateAsync(
            Requests.Reinstate(payment.User, key, payment.PaidCents, payment.BonusCents, payment.Id)));
        _keys.Add((payment.User, key));
        (payment.PaidTakenCents, payment.BonusTakenCents, payment.IsReinstated) = (0, 0, true);
    }
}
