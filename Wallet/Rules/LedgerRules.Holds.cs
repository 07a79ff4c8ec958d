namespace ReelBallers.Wallet;

// The rules of holds.
internal sealed partial class LedgerRules
{
    private static Decision Decide(CommandContext context, PlaceHold place, DateTimeOffset now)
    {
        if (context.Hold is not null)
        {
            return Decision.Reject(context.Account, OutcomeCode.HoldExists);
        }
        if (SpendingRejection(context, place.AmountCents) is { } rejection)
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
}
