using System.Diagnostics;

namespace ReelBallers.Wallet;

/// <summary>
/// The rules as pure functions: what one command does to one user's accounts, without clock, database or state.
/// The checks are in the order of precedence of <see cref="OutcomeCode"/>.
/// </summary>
/// <param name="policy">The configurable rules.</param>
internal sealed class LedgerRules(LedgerPolicy policy)
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
            ClawBack clawBack => Decide(context, clawBack, now),
            Reinstate reinstate => Decide(context, reinstate, now),
            Freeze freeze => Decide(context, freeze),
            Unfreeze unfreeze => Decide(context, unfreeze),
            ExpireLot expire => Decide(context, expire, now),
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

    private static Decision Decide(CommandContext context, PlaceHold place, DateTimeOffset now)
    {
        if (context.Hold is not null)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldExists);
        }
        if (SpendingRejection(context.Account, place.AmountCents) is { } rejection)
        {
            return rejection;
        }
        return new Posting(context.Account, place, now)
            .Move(AccountType.Wallet, AccountType.Held, place.AmountCents, EntryReason.Debit, place.JobId, description: place.Description)
            .Done(account => new Hold(
                place.UserId, place.JobId, place.AmountCents, HoldState.Open, 0, null, place.ExpiresAt, account.LastSequence));
    }

    private Decision Decide(CommandContext context, SettleHold settle, DateTimeOffset now)
    {
        if (context.Hold is not { } hold)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldNotFound);
        }
        switch (hold.State)
        {
            case HoldState.Released:
                return Decision.Reject(context.Account, OutcomeCode.HoldReleased);
            case HoldState.Settled when hold.SettledCents == settle.AmountCents:
                return Decision.Replay(context.Account, OutcomeOf(settle, hold, hold.EndBalanceCents!.Value));
            case HoldState.Settled:
                return Decision.Reject(context.Account, OutcomeCode.HoldSettled);
            case HoldState.Expired:
                return Decision.Reject(context.Account, OutcomeCode.HoldExpired);
        }
        if (settle.AmountCents > hold.AmountCents)
        {
            return Decision.Reject(context.Account, OutcomeCode.SettleExceedsHold);
        }
        var posting = new Posting(context.Account, settle, now)
            .Move(AccountType.Held, AccountType.Revenue, settle.AmountCents, EntryReason.Settlement, settle.JobId);
        return GiveBack(posting, hold, HoldState.Settled, settle.AmountCents, "Unused part of the price");
    }

    private Decision Decide(CommandContext context, ReleaseHold release, DateTimeOffset now)
    {
        if (context.Hold is not { } hold)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldNotFound);
        }
        return hold.State switch
        {
            HoldState.Settled => Decision.Reject(context.Account, OutcomeCode.HoldSettled),
            HoldState.Released or HoldState.Expired =>
                Decision.Replay(context.Account, OutcomeOf(release, hold, hold.EndBalanceCents!.Value)),
            HoldState.Open => GiveBack(new Posting(context.Account, release, now), hold, HoldState.Released, 0, release.Description),
        };
    }

    private Decision Decide(CommandContext context, ExpireHold expire, DateTimeOffset now)
    {
        if (context.Hold is not { } hold)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldNotFound);
        }
        return hold.State == HoldState.Open && hold.ExpiresAt <= now
            ? GiveBack(new Posting(context.Account, expire, now), hold, HoldState.Expired, 0, "The job did not end in time")
            : Decision.Reject(context.Account, OutcomeCode.NotDue);
    }

    private static Decision Decide(CommandContext context, Debit debit, DateTimeOffset now) =>
        SpendingRejection(context.Account, debit.AmountCents)
        ?? new Posting(context.Account, debit, now)
            .Move(AccountType.Wallet, AccountType.Revenue, debit.AmountCents, EntryReason.Debit, debit.JobId,
                description: debit.Description)
            .Done();

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

    private static Decision? SpendingRejection(Account account, long amountCents)
    {
        if (account.IsFrozen)
        {
            return Decision.Reject(account, OutcomeCode.WalletFrozen, amountCents);
        }
        return account.Covers(amountCents) ? null : Decision.Reject(account, OutcomeCode.InsufficientFunds, amountCents);
    }

    private Decision GiveBack(Posting posting, Hold hold, HoldState end, long settledCents, string? description)
    {
        var refundedCents = hold.AmountCents - settledCents;
        posting.Move(AccountType.Held, AccountType.Wallet, refundedCents, EntryReason.Refund, hold.JobId, description: description);
        Collect(posting, refundedCents, null);
        return posting.Done(account => hold with
        {
            State = end,
            SettledCents = settledCents,
            EndBalanceCents = account.BalanceCents,
            EndSequence = posting.FirstSequence,
        });
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

    private static Outcome OutcomeOf(Command command, Hold? hold, long balanceCents) => command switch
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
        EntryReason.Debit or EntryReason.Refund or EntryReason.Clawback or EntryReason.Expiry or EntryReason.Settlement =>
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "This is not a reason for a credit."),
    };

    /// <summary>Collects the transfers of one command and applies them to the account.</summary>
    private sealed class Posting(Account account, Command command, DateTimeOffset now)
    {
        private readonly List<Transfer> _transfers = new(1);
        // The clocks of replicas differ, and the times in a statement must not decrease.
        private readonly DateTimeOffset _now = now > account.UpdatedAt ? now : account.UpdatedAt;
        private readonly Account _before = account;

        public Account Account { get; private set; } = account;

        public long FirstSequence => _before.LastSequence + 1;

        public Posting Move(
            AccountType from, AccountType to, long amountCents, EntryReason reason, string? jobId = null, string? paymentId = null,
            string? description = null, DateTimeOffset? expiresAt = null, long? lotSequence = null)
        {
            if (amountCents > 0)
            {
                var transfer = new Transfer(command.UserId, Account.LastSequence + 1, from, to, amountCents, reason,
                    jobId, paymentId, description, 0, _now, null, null, expiresAt, lotSequence, Guid.Empty);
                Account = Account.Apply(transfer);
                _transfers.Add(transfer with { BalanceAfterCents = Account.BalanceCents });
            }
            return this;
        }

        public Decision Done(Func<Account, Hold>? hold = null)
        {
            // The key is stored with the command's last transfer, whose balance is that of the outcome.
            _transfers[^1] = _transfers[^1] with { IdempotencyKey = command.Key, RequestHash = command.RequestHash };
            var chainHash = _before.ChainHash;
            for (var i = 0; i < _transfers.Count; i++)
            {
                chainHash = TransferChain.Hash(chainHash, _transfers[i]);
                _transfers[i] = _transfers[i] with { ChainHash = chainHash };
            }
            Account = Account with { ChainHash = chainHash };
            var end = hold?.Invoke(Account);
            return new Decision(OutcomeOf(command, end, Account.BalanceCents), Account, _transfers, end);
        }
    }
}
