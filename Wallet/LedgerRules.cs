using System.Diagnostics;

namespace ReelBallers.Wallet;

/// <summary>
/// The rules, and nothing but: what one command does to one user's accounts. No clock, no database, no state.
/// The order of the checks is the order of precedence in <see cref="OutcomeCode"/>.
/// </summary>
internal static class LedgerRules
{
    /// <param name="account">Where the wallet stands.</param>
    /// <param name="hold">The hold of the command's job, if it has one.</param>
    /// <param name="remembered">What is known of the command's key, if anything.</param>
    /// <param name="command">What is wished.</param>
    /// <param name="now">The time to write down.</param>
    public static Decision Decide(Account account, Hold? hold, Remembered? remembered, Command command, DateTimeOffset now)
    {
        if (remembered is not null)
        {
            return remembered.RequestHash == command.RequestHash
                ? Decision.Replay(account, EndOf(command, hold, remembered.BalanceCents))
                : Decision.Refuse(account, OutcomeCode.IdempotencyKeyReused);
        }
        return command switch
        {
            Credit credit => Decide(account, credit, now),
            PlaceHold place => Decide(account, hold, place, now),
            SettleHold settle => Decide(account, hold, settle, now),
            ReleaseHold release => Decide(account, hold, release, now),
            Debit debit => Decide(account, debit, now),
            _ => throw new UnreachableException(),
        };
    }

    private static Decision Decide(Account account, Credit credit, DateTimeOffset now)
    {
        if (!account.HasRoomFor(credit.AmountCents))
        {
            return Decision.Refuse(account, OutcomeCode.BalanceLimitExceeded);
        }
        return new Posting(account, credit, now)
            .Move(SourceOf(credit.Reason), AccountType.Wallet, credit.AmountCents, credit.Reason, null, credit.StripePaymentId, credit.Description)
            .Done();
    }

    private static Decision Decide(Account account, Hold? hold, PlaceHold place, DateTimeOffset now)
    {
        if (hold is not null)
        {
            return Decision.Refuse(account, OutcomeCode.HoldExists);
        }
        if (!account.Covers(place.AmountCents))
        {
            return Decision.Refuse(account, OutcomeCode.InsufficientFunds, place.AmountCents);
        }
        return new Posting(account, place, now)
            .Move(AccountType.Wallet, AccountType.Held, place.AmountCents, EntryReason.Debit, place.JobId, null, place.Description)
            .Done(_ => new Hold(place.UserId, place.JobId, place.AmountCents, HoldState.Open, 0, null));
    }

    private static Decision Decide(Account account, Hold? hold, SettleHold settle, DateTimeOffset now)
    {
        switch (hold)
        {
            case null:
                return Decision.Refuse(account, OutcomeCode.HoldNotFound);
            case { State: HoldState.Released }:
                return Decision.Refuse(account, OutcomeCode.HoldReleased);
            case { State: HoldState.Settled } when hold.SettledCents == settle.AmountCents:
                return Decision.Replay(account, EndOf(settle, hold, hold.EndBalanceCents!.Value));
            case { State: HoldState.Settled }:
                return Decision.Refuse(account, OutcomeCode.HoldSettled);
        }
        if (settle.AmountCents > hold.AmountCents)
        {
            return Decision.Refuse(account, OutcomeCode.SettleExceedsHold);
        }
        return new Posting(account, settle, now)
            .Move(AccountType.Held, AccountType.Revenue, settle.AmountCents, EntryReason.Settlement, settle.JobId)
            .Move(AccountType.Held, AccountType.Wallet, hold.AmountCents - settle.AmountCents, EntryReason.Refund, settle.JobId,
                description: "Unused part of the price")
            .Done(end => hold with { State = HoldState.Settled, SettledCents = settle.AmountCents, EndBalanceCents = end.BalanceCents });
    }

    private static Decision Decide(Account account, Hold? hold, ReleaseHold release, DateTimeOffset now)
    {
        switch (hold)
        {
            case null:
                return Decision.Refuse(account, OutcomeCode.HoldNotFound);
            case { State: HoldState.Settled }:
                return Decision.Refuse(account, OutcomeCode.HoldSettled);
            case { State: HoldState.Released }:
                return Decision.Replay(account, EndOf(release, hold, hold.EndBalanceCents!.Value));
        }
        return new Posting(account, release, now)
            .Move(AccountType.Held, AccountType.Wallet, hold.AmountCents, EntryReason.Refund, release.JobId, null, release.Description)
            .Done(end => hold with { State = HoldState.Released, EndBalanceCents = end.BalanceCents });
    }

    private static Decision Decide(Account account, Debit debit, DateTimeOffset now)
    {
        if (!account.Covers(debit.AmountCents))
        {
            return Decision.Refuse(account, OutcomeCode.InsufficientFunds, debit.AmountCents);
        }
        return new Posting(account, debit, now)
            .Move(AccountType.Wallet, AccountType.Revenue, debit.AmountCents, EntryReason.Debit, debit.JobId, null, debit.Description)
            .Done();
    }

    private static Outcome EndOf(Command command, Hold? hold, long balanceCents) => command is SettleHold or ReleaseHold && hold is not null
        ? new Outcome(OutcomeCode.Done, balanceCents, SettledCents: hold.SettledCents, RefundedCents: hold.RefundedCents)
        : new Outcome(OutcomeCode.Done, balanceCents);

    private static AccountType SourceOf(EntryReason reason) => reason switch
    {
        EntryReason.Topup => AccountType.Stripe,
        EntryReason.Bonus or EntryReason.Adjustment => AccountType.Promo,
        EntryReason.Debit or EntryReason.Refund or EntryReason.Clawback or EntryReason.Expiry or EntryReason.Settlement =>
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "No reason for a credit."),
    };

    /// <summary>Collects the transfers of one command and carries the account along.</summary>
    private sealed class Posting(Account account, Command command, DateTimeOffset now)
    {
        private readonly List<Transfer> _transfers = [];
        private Account _account = account;

        public Posting Move(
            AccountType from, AccountType to, long amountCents, EntryReason reason,
            string? jobId = null, string? stripePaymentId = null, string? description = null)
        {
            if (amountCents > 0)
            {
                var transfer = new Transfer(command.UserId, _account.LastSequence + 1, from, to, amountCents, reason,
                    jobId, stripePaymentId, description, 0, now, null, null);
                _account = _account.Apply(transfer);
                _transfers.Add(transfer with { BalanceAfterCents = _account.BalanceCents });
            }
            return this;
        }

        public Decision Done(Func<Account, Hold>? hold = null)
        {
            // The key stands on the command's last transfer, whose balance is the outcome's.
            _transfers[^1] = _transfers[^1] with { IdempotencyKey = command.Key, RequestHash = command.RequestHash };
            var end = hold?.Invoke(_account);
            return new Decision(EndOf(command, end, _account.BalanceCents), _account, end, _transfers);
        }
    }
}
