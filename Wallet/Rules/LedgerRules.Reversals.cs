namespace ReelBallers.Wallet;

// The rules of clawbacks and reinstatements.
internal sealed partial class LedgerRules
{
    private static Decision Decide(CommandContext context, ClawBack clawBack, DateTimeOffset now)
    {
        if (context.Payment is not { } payment)
        {
            return Decision.Reject(context.Account, OutcomeCode.PaymentNotFound);
        }
        var paidCents = long.Min(clawBack.PaidCents, payment.Paid.LeftCents);
        var bonusCents = long.Min(clawBack.BonusCents, payment.Bonus.LeftCents);
        if (paidCents + bonusCents == 0)
        {
            return Decision.Reject(context.Account, OutcomeCode.NothingToClawBack);
        }
        var posting = new Posting(context.Account, clawBack, now);
        payment = TakeBack(posting, context.Lots!, clawBack, payment, AccountType.Stripe, paidCents);
        payment = TakeBack(posting, context.Lots!, clawBack, payment, AccountType.Promo, bonusCents);
        return posting.Done() with { Payment = payment };
    }

    // From the payment's remaining lots first, then from what expired; the rest was spent or is held.
    private static PaymentCredits TakeBack(
        Posting posting, LotBook lots, ClawBack clawBack, PaymentCredits payment, AccountType source, long cents)
    {
        var (part, all) = (payment.Part(source), cents);
        foreach (var lot in lots.Spendable.Where(
            lot => lot.StripePaymentId == clawBack.StripePaymentId && lot.IsBonus == (source == AccountType.Promo)))
        {
            var taken = long.Min(cents, lot.LeftCents);
            posting.Move(AccountType.Wallet, source, taken, EntryReason.Clawback,
                paymentId: clawBack.StripePaymentId, description: clawBack.Description, lotSequence: lot.Sequence);
            cents -= taken;
        }
        var (fromLots, expired) = (all - cents, long.Min(cents, part.ExpiredCents));
        posting.Move(AccountType.Revenue, source, expired, EntryReason.Clawback, paymentId: clawBack.StripePaymentId,
            description: clawBack.Description);
        posting.Move(AccountType.Receivable, source, cents - expired, EntryReason.Clawback,
            paymentId: clawBack.StripePaymentId, description: clawBack.Description);
        return payment.With(source, part.ClawBack(fromLots, expired, cents - expired));
    }

    private static Decision Decide(CommandContext context, Reinstate reinstate, DateTimeOffset now)
    {
        if (context.Payment is not { } payment)
        {
            return Decision.Reject(context.Account, OutcomeCode.PaymentNotFound);
        }
        var paidCents = long.Min(reinstate.PaidCents, payment.Paid.ClawedBackCents);
        var bonusCents = long.Min(reinstate.BonusCents, payment.Bonus.ClawedBackCents);
        if (paidCents + bonusCents == 0)
        {
            return Decision.Reject(context.Account, OutcomeCode.NothingToReinstate);
        }
        if (!context.Account.HasRoomFor(paidCents + bonusCents))
        {
            return Decision.Reject(context.Account, OutcomeCode.BalanceLimitExceeded);
        }
        var posting = new Posting(context.Account, reinstate, now);
        payment = Restore(posting, reinstate, payment, AccountType.Stripe, paidCents);
        payment = Restore(posting, reinstate, payment, AccountType.Promo, bonusCents);
        return posting.Done() with { Payment = payment };
    }

    private static PaymentCredits Restore(Posting posting, Reinstate reinstate, PaymentCredits payment, AccountType source, long cents)
    {
        var part = payment.Part(source);
        var expired = part.ExpiredOf(cents);
        var alive = cents - expired;
        var forgiven = long.Min(alive, posting.Account.ReceivableCents);
        posting.Move(source, AccountType.Receivable, forgiven, EntryReason.Adjustment,
            paymentId: reinstate.StripePaymentId, description: reinstate.Description);
        posting.Move(source, AccountType.Revenue, expired, EntryReason.Adjustment,
            paymentId: reinstate.StripePaymentId, description: reinstate.Description);
        posting.Move(source, AccountType.Wallet, alive - forgiven, EntryReason.Adjustment,
            paymentId: reinstate.StripePaymentId, description: reinstate.Description);
        return payment.With(source, part.Reinstate(alive, expired));
    }
}
