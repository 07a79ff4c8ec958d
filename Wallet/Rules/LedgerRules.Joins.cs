namespace ReelBallers.Wallet;

// The rules of joins.
internal sealed partial class LedgerRules
{
    private static Decision Decide(CommandContext context, JoinWallets join, DateTimeOffset now)
    {
        var (from, wallets) = (context.Account, context.Join!);
        if (context.Closed is { } closed)
        {
            return wallets.End == wallets.Into.UserId
                ? Decision.Replay(from, new Outcome(OutcomeCode.Done, closed.BalanceCents))
                : Decision.Reject(from, OutcomeCode.AlreadyJoined);
        }
        if (wallets.Into.UserId == join.UserId)
        {
            return Decision.Reject(from, OutcomeCode.JoinCycle);
        }
        if (from.HeldCents > 0)
        {
            return Decision.Reject(from, OutcomeCode.HoldsOpen);
        }
        return wallets.Into.HasRoomFor(from.BalanceCents)
            ? Move(context, join, now)
            : Decision.Reject(from, OutcomeCode.BalanceLimitExceeded);
    }

    // Each lot goes back to where it came from and comes from there into the other wallet, so that both wallets sum to zero and
    // a lot stays paid or bonus. The receivable moves in the same way.
    private static Decision Move(CommandContext context, JoinWallets join, DateTimeOffset now)
    {
        var (from, wallets) = (context.Account, context.Join!);
        var (leaving, arriving) =
            (new Posting(from, join, now), new Posting(wallets.Into, join with { Key = WalletJoin.ArrivalKey(join.UserId) }, now));
        var lots = context.Lots!.Lots.OrderBy(lot => lot.Sequence).ToArray();
        foreach (var lot in lots)
        {
            var source = lot.IsBonus ? AccountType.Promo : AccountType.Stripe;
            leaving.Move(AccountType.Wallet, source, lot.LeftCents, EntryReason.Join, paymentId: lot.StripePaymentId,
                description: "Joined: moved to your other wallet", lotSequence: lot.Sequence);
            arriving.Move(source, AccountType.Wallet, lot.LeftCents, EntryReason.Join, paymentId: lot.StripePaymentId,
                description: "Joined: moved from your other wallet", expiresAt: lot.ExpiresAt);
        }
        leaving.Move(AccountType.Stripe, AccountType.Receivable, from.ReceivableCents, EntryReason.Join,
            description: "Joined: what was owed is owed by your other wallet");
        arriving.Move(AccountType.Receivable, AccountType.Stripe, from.ReceivableCents, EntryReason.Join,
            description: "Joined: what your other wallet owed");
        var (left, arrived) = (leaving.DoneIfAny(), arriving.DoneIfAny());
        var moved = wallets.Freezes.Where(freeze => freeze.Reference != Forfeit.FreezeReference);
        FreezeState[] freezes = [.. moved.Select(freeze => freeze with
        {
            UserId = arrived.Account.UserId,
            Reference = JoinPaths.NameIn(join.UserId, freeze.Reference),
        })];
        var into = arrived.Account with { FreezeCount = arrived.Account.FreezeCount + freezes.Count(freeze => !freeze.Lifted) };
        var row = new WalletJoin(
            join.UserId, into.UserId, join.Key, join.RequestHash, from.BalanceCents, from.ReceivableCents, into.BalanceCents,
            left.Account.LastSequence, into.LastSequence, join.Actor, join.Reason, now);
        return new Decision(
            new Outcome(OutcomeCode.Done, into.BalanceCents), left.Account with { FreezeCount = left.Account.FreezeCount + 1 },
            [.. left.Transfers, .. arrived.Transfers], Freeze: new FreezeState(join.UserId, WalletJoin.FreezeReference, Lifted: false),
            Joined: new JoinDecision(
                row, into, [.. wallets.Payments.Select(payment => MovedInto(wallets, payment))], freezes,
                [.. lots.Select(lot => new LotExpiry(join.UserId, lot.Sequence, null))]));
    }

    // With its whole history, so that what was spent before the join can be clawed back after it.
    private static PaymentCredits MovedInto(JoinContext wallets, PaymentCredits payment) =>
        (wallets.PaymentInto(payment.StripePaymentId) ?? PaymentCredits.Empty(wallets.Into.UserId, payment.StripePaymentId)).Plus(payment);
}
