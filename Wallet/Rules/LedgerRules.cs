using System.Diagnostics;

namespace ReelBallers.Wallet;

/// <summary>
/// The rules as pure functions: what one command does to one user's accounts, without clock, database or state.
/// The checks are in the order of precedence of <see cref="OutcomeCode"/>.
/// </summary>
/// <param name="policy">The configurable rules.</param>
internal sealed partial class LedgerRules(LedgerPolicy policy)
{
    /// <param name="context">The stored state that the command depends on.</param>
    /// <param name="command">The command to decide.</param>
    /// <param name="now">The time of the transfers.</param>
    public Decision Decide(CommandContext context, Command command, DateTimeOffset now)
    {
        if (context.UsedKey is { } usedKey)
        {
            return usedKey.RequestHash == command.RequestHash
                ? Decision.Replay(context.Account, OutcomeOf(command, context.Hold, usedKey.BalanceCents))
                : Decision.Reject(context.Account, OutcomeCode.IdempotencyKeyReused);
        }
        return command switch
        {
            Credit credit => Decide(context, credit, now),
            PlaceHold place => Decide(context, place, now),
            SettleHold settle => Decide(context, settle, now),
            ReleaseHold release => Decide(context, release, now),
            ExpireHold expire => Decide(context, expire, now),
            Debit debit => Decide(context, debit, now),
            Deduct deduct => Decide(context, deduct, now),
            ClawBack clawBack => Decide(context, clawBack, now),
            Reinstate reinstate => Decide(context, reinstate, now),
            Freeze freeze => Decide(context, freeze),
            Unfreeze unfreeze => Decide(context, unfreeze),
            ExpireLot expire => Decide(context, expire, now),
            JoinWallets join => Decide(context, join, now),
            Forfeit forfeit => Decide(context, forfeit, now),
            _ => throw new UnreachableException(),
        };
    }

    private Decision Decide(CommandContext context, Credit credit, DateTimeOffset now)
    {
        if (!context.Account.HasRoomFor(credit.AmountCents))
        {
            return Decision.Reject(context.Account, OutcomeCode.BalanceLimitExceeded);
        }
        var source = SourceOf(credit.Reason);
        var posting = new Posting(context.Account, credit, now)
            .Move(source, AccountType.Wallet, credit.AmountCents, credit.Reason,
                paymentId: credit.StripePaymentId, description: credit.Description, expiresAt: credit.ExpiresAt);
        if (credit.Reason == EntryReason.Topup)
        {
            Collect(posting, credit.AmountCents, posting.Account.LastSequence);
        }
        var decision = posting.Done();
        if (credit.StripePaymentId is not { } paymentId)
        {
            return decision;
        }
        var payment = context.Payment ?? PaymentCredits.Empty(credit.UserId, paymentId);
        var part = payment.Part(source);
        return decision with { Payment = payment.With(source, part with { CreditedCents = part.CreditedCents + credit.AmountCents }) };
    }

    private static Decision Decide(CommandContext context, Debit debit, DateTimeOffset now) =>
        SpendingRejection(context, debit.AmountCents)
        ?? new Posting(context.Account, debit, now)
            .Move(AccountType.Wallet, AccountType.Revenue, debit.AmountCents, EntryReason.Debit, debit.JobId,
                description: debit.Description)
            .Done();

    // A freeze stops the user, and not a correction.
    private static Decision Decide(CommandContext context, Deduct deduct, DateTimeOffset now) => !context.Account.Covers(deduct.AmountCents)
        ? Decision.Reject(context.Account, OutcomeCode.InsufficientFunds, deduct.AmountCents)
        : new Posting(context.Account, deduct, now)
            .Move(AccountType.Wallet, AccountType.Promo, deduct.AmountCents, EntryReason.Adjustment, description: deduct.Description)
            .Done();

    private static Decision Decide(CommandContext context, Freeze freeze) => context.Freeze is null
        ? WithFreezeCount(context.Account, 1, new FreezeState(freeze.UserId, freeze.Reference, Lifted: false))
        : Decision.Replay(context.Account, new Outcome(OutcomeCode.Done, context.Account.BalanceCents));

    private static Decision Decide(CommandContext context, Unfreeze unfreeze) => context.Freeze switch
    {
        null => WithFreezeCount(context.Account, 0, new FreezeState(unfreeze.UserId, unfreeze.Reference, Lifted: true)),
        { Lifted: false } stands => WithFreezeCount(context.Account, -1, stands with { Lifted = true }),
        _ => Decision.Replay(context.Account, new Outcome(OutcomeCode.Done, context.Account.BalanceCents)),
    };

    private static Decision WithFreezeCount(Account account, int change, FreezeState freeze) =>
        new(new Outcome(OutcomeCode.Done, account.BalanceCents), account with { FreezeCount = account.FreezeCount + change }, [],
            Freeze: freeze);

    private static Decision Decide(CommandContext context, ExpireLot expire, DateTimeOffset now)
    {
        var lot = context.Lots!.Find(expire.LotSequence);
        // The part that a hold reserves may be refunded, so the lot has to be checked again.
        LotExpiry CheckAgain(DateTimeOffset? at) =>
            new(expire.UserId, expire.LotSequence, lot is { HeldCents: > 0 } ? at ?? now + LotBook.Grace : at);
        if (lot is null or { LeftCents: 0 })
        {
            return Decision.Reject(context.Account, OutcomeCode.NotDue) with { LotExpiry = CheckAgain(null) };
        }
        if (lot.ExpiresAt is null || lot.ExpiresAt > now)
        {
            return Decision.Reject(context.Account, OutcomeCode.NotDue) with { LotExpiry = CheckAgain(lot.ExpiresAt) };
        }
        var posted = new Posting(context.Account, expire, now)
            .Move(AccountType.Wallet, AccountType.Revenue, lot.LeftCents, EntryReason.Expiry,
                paymentId: lot.StripePaymentId, description: "Expired", lotSequence: lot.Sequence)
            .Done();
        var decision = posted with { LotExpiry = CheckAgain(null) };
        if (context.Payment is not { } payment)
        {
            return decision;
        }
        var source = lot.IsBonus ? AccountType.Promo : AccountType.Stripe;
        var part = payment.Part(source);
        return decision with { Payment = payment.With(source, part with { ExpiredCents = part.ExpiredCents + lot.LeftCents }) };
    }

    private static Decision? SpendingRejection(CommandContext context, long amountCents)
    {
        var account = context.Account;
        if (account.IsFrozen)
        {
            return Decision.Reject(account, context.Closed is null ? OutcomeCode.WalletFrozen : OutcomeCode.WalletJoined, amountCents);
        }
        return account.Covers(amountCents) ? null : Decision.Reject(account, OutcomeCode.InsufficientFunds, amountCents);
    }

    // Income pays the receivable.
    private void Collect(Posting posting, long incomeCents, long? lotSequence)
    {
        if (policy.CollectsReceivables)
        {
            posting.Move(AccountType.Wallet, AccountType.Receivable, long.Min(incomeCents, posting.Account.ReceivableCents),
                EntryReason.Clawback,
                description: "Paid towards what an earlier clawback left open", lotSequence: lotSequence);
        }
    }

    /// <summary>The outcome of a command that was executed, now or earlier.</summary>
    internal static Outcome OutcomeOf(Command command, Hold? hold, long balanceCents) => command switch
    {
        PlaceHold => new Outcome(OutcomeCode.Done, balanceCents, HeldSequence: hold?.PlacedSequence),
        SettleHold or ReleaseHold or ExpireHold when hold is not null => new Outcome(
            OutcomeCode.Done, balanceCents, SettledCents: hold.SettledCents, RefundedCents: hold.RefundedCents,
            SettledSequence: hold.SettledSequence, RefundedSequence: hold.RefundedSequence),
        _ => new Outcome(OutcomeCode.Done, balanceCents),
    };

    private static AccountType SourceOf(EntryReason reason) => reason switch
    {
        EntryReason.Topup => AccountType.Stripe,
        EntryReason.Bonus or EntryReason.Adjustment => AccountType.Promo,
        EntryReason.Debit or EntryReason.Refund or EntryReason.Clawback or EntryReason.Expiry or EntryReason.Settlement
            or EntryReason.Join or EntryReason.Forfeiture =>
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "This is not a reason for a credit."),
    };
}
