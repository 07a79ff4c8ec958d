namespace ReelBallers.Wallet.Tests;

/// <summary>The rules at the moment at which something expires, and with a clock that goes back.</summary>
public sealed class BoundaryTests
{
    private static readonly Guid User = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);
    private static readonly LedgerRules Rules = new(new LedgerPolicy());

    public static TheoryData<long, int> Moments => new()
    {
        { -1, (int)OutcomeCode.NotDue },
        { 0, (int)OutcomeCode.Done },
        { 1, (int)OutcomeCode.Done },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_hold_expires_at_its_time_and_not_before(long microsecondsAfter, int expected)
    {
        var hold = new Hold(User, "job", 60, HoldState.Open, 0, null, Now);

        var decision = Rules.Decide(
            new CommandContext(Account(40, 60), hold), new ExpireHold(User, "job"), Now + microsecondsAfter * Microsecond);

        Assert.Equal((OutcomeCode)expected, decision.Outcome.Code);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_lot_expires_at_its_time_and_not_before(long microsecondsAfter, int expected)
    {
        var lots = Lots(Credit(1, 100, Now));
        var now = Now + microsecondsAfter * Microsecond;

        var decision = Rules.Decide(new CommandContext(Account(100, 0, 1), Lots: lots), new ExpireLot(User, 1, Now), now);

        Assert.Equal((OutcomeCode)expected, decision.Outcome.Code);
        Assert.Equal(expected == (int)OutcomeCode.NotDue ? Now : null, decision.LotExpiry!.DueAt);
    }

    // The part that a hold reserves may come back, so the lot is looked at again.
    [Fact]
    public void A_reinstatement_goes_back_to_what_was_owed_then_to_what_had_expired_then_to_lots()
    {
        var part = new PaymentPart(1000, 600, 0, ExpiredTakenCents: 200, OwedTakenCents: 100);
        Assert.Equal((0, 50, 200), (part.ExpiredOf(100), part.ExpiredOf(150), part.ExpiredOf(400)));
    }

    [Fact]
    public void A_lot_whose_credits_are_all_held_is_not_spent_from_after_a_checkpoint()
    {
        var book = new LotBook();
        book.Restore(new Lot(1, isBonus: false, "pi", expiresAt: null) { LeftCents = 0, HeldCents = 60 });
        book.Restore(new Lot(2, isBonus: false, "pi", expiresAt: null) { LeftCents = 5 });

        Assert.Equal([2], book.Spendable.Select(lot => lot.Sequence));
    }

    [Fact]
    public void A_lot_with_held_credits_is_looked_at_again_after_the_grace_period()
    {
        var lots = Lots(Credit(1, 100, Now), Place(2, 60));

        var expiring = Rules.Decide(new CommandContext(Account(40, 60, 2), Lots: lots), new ExpireLot(User, 1, Now), Now);
        lots.Apply(expiring.Transfers.Single());
        var empty = Rules.Decide(new CommandContext(Account(0, 60, 3), Lots: lots), new ExpireLot(User, 1, Now), Now);

        Assert.Equal((OutcomeCode.Done, 40), (expiring.Outcome.Code, expiring.Transfers.Single().AmountCents));
        Assert.Equal(Now + LotBook.Grace, expiring.LotExpiry!.DueAt);
        Assert.Equal((OutcomeCode.NotDue, Now + LotBook.Grace), (empty.Outcome.Code, empty.LotExpiry!.DueAt));
        // One that has its time still before it is looked at then.
        var early = Rules.Decide(
            new CommandContext(Account(40, 60, 2), Lots: Lots(Credit(1, 100, Now.AddDays(3)), Place(2, 60))),
            new ExpireLot(User, 1, Now), Now);
        Assert.Equal((OutcomeCode.NotDue, Now.AddDays(3)), (early.Outcome.Code, early.LotExpiry!.DueAt));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_refund_extends_a_lot_that_has_expired_by_then(long microsecondsAfter, bool extended)
    {
        var refundedAt = Now + microsecondsAfter * Microsecond;
        var lots = Lots(Credit(1, 100, Now), Place(2, 60));

        lots.Apply(Transfer(3, AccountType.Held, AccountType.Wallet, 60) with { JobId = "job", CreatedAt = refundedAt });

        var lot = Assert.Single(lots.Spendable);
        Assert.Equal((100, extended ? refundedAt + LotBook.Grace : Now), (lot.LeftCents, lot.ExpiresAt!.Value));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(5)]
    public void The_times_of_a_wallet_never_decrease_when_the_clock_does(int seconds)
    {
        var account = Account(100, 0) with { UpdatedAt = Now };

        var decision = Rules.Decide(new CommandContext(account), new Debit(User, "key", "job", 1, null), Now.AddSeconds(seconds));

        Assert.Equal(Now.AddSeconds(int.Max(seconds, 0)), decision.Transfers.Single().CreatedAt);
        Assert.Equal(Now.AddSeconds(int.Max(seconds, 0)), decision.Account.UpdatedAt);
    }

    [Fact]
    public void Books_that_contradict_themselves_are_not_continued()
    {
        var lots = Lots(Credit(1, 100, null), Place(2, 60));
        (Transfer, string)[] contradictions =
        [
            // The sequence.
            (Transfer(2, AccountType.Wallet, AccountType.Revenue, 1), "Transfer 2 follows 2."),
            (Transfer(4, AccountType.Wallet, AccountType.Revenue, 1), "Transfer 4 follows 2."),
            // More than all lots, than one lot, than a lot that does not exist, than the hold, than a hold that does not exist.
            (Transfer(3, AccountType.Wallet, AccountType.Revenue, 41), "1 cents were spent that no lot had."),
            (Transfer(3, AccountType.Wallet, AccountType.Revenue, 41) with { LotSequence = 1 },
                "41 cents were taken of a lot that had 40."),
            (Transfer(3, AccountType.Wallet, AccountType.Revenue, 1) with { LotSequence = 2 },
                "1 cents were taken of a lot that had 0."),
            (Transfer(3, AccountType.Held, AccountType.Revenue, 61) with { JobId = "job" },
                "1 cents left a hold that did not have them."),
            (Transfer(3, AccountType.Held, AccountType.Wallet, 1) with { JobId = "another" },
                "1 cents left a hold that did not have them."),
            (Transfer(3, AccountType.Held, AccountType.Wallet, 1), "1 cents left a hold that did not have them."),
        ];

        Assert.All(contradictions, contradiction => Assert.Equal(
            contradiction.Item2,
            Assert.Throws<LedgerCorruptException>(
                () => LotCheckpoint.Read(LotCheckpoint.Write(lots)).Apply(contradiction.Item1)).Message));
        lots.Apply(Transfer(3, AccountType.Wallet, AccountType.Revenue, 40));
    }

    [Fact]
    public void An_ended_hold_is_forgotten_and_a_settled_part_of_it_is_charged_from_its_first_lots()
    {
        var lots = Lots(Credit(1, 50, Now.AddDays(1)), Credit(2, 50, Now.AddDays(2)), Place(3, 80));

        lots.Apply(Transfer(4, AccountType.Held, AccountType.Revenue, 55) with { JobId = "job" });
        Assert.Equal([25L], lots.Holds["job"].Select(portion => portion.Cents));
        Assert.Equal([(2L, 20L, 25L)], lots.Lots.Select(lot => (lot.Sequence, lot.LeftCents, lot.HeldCents)));
        lots.Apply(Transfer(5, AccountType.Held, AccountType.Wallet, 25) with { JobId = "job" });

        Assert.Empty(lots.Holds);
        Assert.Equal([(2L, 45L, 0L)], lots.Lots.Select(lot => (lot.Sequence, lot.LeftCents, lot.HeldCents)));
    }

    private static LotBook Lots(params Transfer[] transfers)
    {
        var lots = new LotBook();
        Array.ForEach(transfers, lots.Apply);
        return lots;
    }

    private static Account Account(long balance, long held, long sequence = 7) =>
        new(User, balance, held, 0, 0, sequence, Now.AddDays(-1), Guid.Empty);

    private static Transfer Credit(long sequence, long cents, DateTimeOffset? expiresAt) =>
        Transfer(sequence, AccountType.Stripe, AccountType.Wallet, cents) with { ExpiresAt = expiresAt };

    private static Transfer Place(long sequence, long cents) =>
        Transfer(sequence, AccountType.Wallet, AccountType.Held, cents) with { JobId = "job" };

    private static Transfer Transfer(long sequence, AccountType from, AccountType to, long cents) => new(
        User, sequence, from, to, cents, EntryReason.Debit, null, null, null, 0, Now.AddDays(-1), null, null, null, null, Guid.Empty);
}
