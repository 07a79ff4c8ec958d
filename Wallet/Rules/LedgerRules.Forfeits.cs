namespace ReelBallers.Wallet;

// The rules of wallets whose users have given them up.
internal sealed partial class LedgerRules
{
    private static Decision Decide(CommandContext context, Forfeit forfeit, DateTimeOffset now)
    {
        if (context.Account.HeldCents > 0)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldsOpen);
        }
        if (context.Closed is not null)
        {
            return Decision.Reject(context.Account, OutcomeCode.WalletJoined);
        }
        if (context.Freeze is not null)
        {
            return Decision.Replay(context.Account, new Outcome(OutcomeCode.Done, context.Account.BalanceCents));
        }
        var posting = new Posting(context.Account, forfeit, now);
        var payments = new Dictionary<string, PaymentCredits>();
        var (left, expiries) = (forfeit.LimitCents, new List<LotExpiry>());
        // The oldest first: what has arrived since the user was told is what stays.
        foreach (var lot in context.Lots!.Lots.OrderBy(lot => lot.Sequence))
        {
            var cents = long.Min(left, lot.LeftCents);
            posting.Move(AccountType.Wallet, AccountType.Revenue, cents, EntryReason.Forfeiture, paymentId: lot.StripePaymentId,
                description: "Forfeited: the account was deleted", lotSequence: lot.Sequence);
            left -= cents;
            if (cents == lot.LeftCents)
            {
                expiries.Add(new LotExpiry(forfeit.UserId, lot.Sequence, null));
            }
            if (lot.StripePaymentId is { } paymentId
                && (payments.GetValueOrDefault(paymentId) ?? context.PaymentOf!(paymentId)) is { } payment)
            {
                // As if it had expired: a reversal takes it from the revenue, and the user does not owe it.
                var source = lot.IsBonus ? AccountType.Promo : AccountType.Stripe;
                var part = payment.Part(source);
                payments[paymentId] = payment.With(source, part with { ExpiredCents = part.ExpiredCents + cents });
            }
        }
        var decision = posting.DoneIfAny();
        return decision with
        {
            Outcome = decision.Outcome with { BalanceCents = decision.Account.BalanceCents },
            Account = decision.Account with { FreezeCount = decision.Account.FreezeCount + 1 },
            Freeze = new FreezeState(forfeit.UserId, Forfeit.FreezeReference, Lifted: false),
            Forfeited = new ForfeitDecision([.. payments.Values], expiries),
        };
    }
}

/// <summary>What a forfeiture changes besides the wallet.</summary>
/// <param name="Payments">The payments whose credits were forfeited.</param>
/// <param name="LotExpiries">The lots of which nothing is left.</param>
internal sealed record ForfeitDecision(IReadOnlyList<PaymentCredits> Payments, IReadOnlyList<LotExpiry> LotExpiries);
