using static ReelBallers.Wallet.Tests.Decisions;

namespace ReelBallers.Wallet.Tests;

/// <summary>What the transfers of credits, debits, holds and freezes say, and what they leave behind.</summary>
public sealed class TransferTests
{
    [Fact]
    public void A_credit_names_its_payment_and_opens_a_lot_that_expires()
    {
        var decision = Decide(
            new(NewWallet(100)), new Credit(User, "key", 40, EntryReason.Bonus, "pi", "Welcome", Later));

        Assert.Equal(["8 Promo>Wallet 40 Bonus: Welcome, pi, until 2026-02-01"], decision.Transfers.Select(Text));
        Assert.Equal(PaymentCredits.Empty(User, "pi") with { Bonus = new PaymentPart(40, 0, 0) }, decision.Payment);
        var more = Decide(
            new(NewWallet(100), Payment: decision.Payment), new Credit(User, "key2", 60, EntryReason.Topup, "pi", null));
        Assert.Equal(decision.Payment! with { Paid = new PaymentPart(60, 0, 0) }, more.Payment);
        Assert.Null(Decide(new(NewWallet(100)), new Credit(User, "key", 40, EntryReason.Adjustment, null, null)).Payment);
    }

    [Theory]
    [InlineData(30, true, "8 Stripe>Wallet 50 Topup: -, pi; 9 Wallet>Receivable 30 Clawback: Paid towards what an earlier clawback left "
        + "open, lot 8", 120)]
    [InlineData(80, true, "8 Stripe>Wallet 50 Topup: -, pi; 9 Wallet>Receivable 50 Clawback: Paid towards what an earlier clawback left "
        + "open, lot 8", 100)]
    [InlineData(30, false, "8 Stripe>Wallet 50 Topup: -, pi", 150)]
    [InlineData(0, true, "8 Stripe>Wallet 50 Topup: -, pi", 150)]
    public void A_topup_pays_the_receivable_if_the_policy_says_so(long owed, bool collects, string transfers, long balance)
    {
        var decision = Decide(
            new(NewWallet(100, owed: owed)), new Credit(User, "key", 50, EntryReason.Topup, "pi", null), collects);

        Assert.Equal(transfers, Texts(decision));
        Assert.Equal(balance, decision.Outcome.BalanceCents);
    }

    [Fact]
    public void Only_a_topup_pays_the_receivable() => Assert.Equal(
        "8 Promo>Wallet 50 Bonus: -", Texts(Decide(
            new(NewWallet(100, owed: 30)), new Credit(User, "key", 50, EntryReason.Bonus, null, null))));

    [Theory]
    [InlineData(EntryReason.Debit)]
    [InlineData(EntryReason.Refund)]
    [InlineData(EntryReason.Clawback)]
    [InlineData(EntryReason.Expiry)]
    [InlineData(EntryReason.Settlement)]
    public void A_reason_that_is_not_one_for_a_credit_is_named(object reason)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => Decide(new(NewWallet(100)), new Credit(User, "key", 50, (EntryReason)reason, null, null)));

        Assert.Equal(("reason", reason), (error.ParamName, error.ActualValue));
        Assert.StartsWith("This is not a reason for a credit.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_debit_and_a_hold_name_their_job()
    {
        Assert.Equal(
            "8 Wallet>Revenue 30 Debit: Export, job", Texts(Decide(new(NewWallet(100)), new Debit(User, "key", "job", 30, "Export"))));

        var placed = Decide(new(NewWallet(100)), new PlaceHold(User, "key", "job", 30, "Export", Later));

        Assert.Equal("8 Wallet>Held 30 Debit: Export, job", Texts(placed));
        Assert.Equal(new Hold(User, "job", 30, HoldState.Open, 0, null, Later, 8), placed.Hold);
        Assert.Equal(new Outcome(OutcomeCode.Done, 70, HeldSequence: 8), placed.Outcome);
    }

    [Fact]
    public void A_frozen_wallet_rejects_with_what_the_command_would_have_cost()
    {
        var frozen = NewWallet(100) with { FreezeCount = 1 };

        Assert.Equal(
            new Outcome(OutcomeCode.WalletFrozen, 100, 30), Decide(new(frozen), new Debit(User, "key", "job", 30, null)).Outcome);
        Assert.Equal(
            new Outcome(OutcomeCode.WalletFrozen, 100, 30), Decide(new(frozen), new PlaceHold(User, "key", "job", 30, null)).Outcome);
    }

    [Theory]
    [InlineData("settle 40", "8 Held>Revenue 40 Settlement: -, job; 9 Held>Wallet 20 Refund: Unused part of the price, job", 40, 8, 9)]
    [InlineData("settle 60", "8 Held>Revenue 60 Settlement: -, job", 60, 8, null)]
    [InlineData("settle 0", "8 Held>Wallet 60 Refund: Unused part of the price, job", 0, null, 8)]
    [InlineData("release", "8 Held>Wallet 60 Refund: Cancelled, job", 0, null, 8)]
    [InlineData("expire", "8 Held>Wallet 60 Refund: The job did not end in time, job", 0, null, 8)]
    public void The_end_of_a_hold_says_why_and_is_stored_with_it(string end, string transfers, long settled, int? charge, int? refund)
    {
        var (command, state) = End(end);

        var decision = Decide(new(NewWallet(100, held: 60), Open), command);

        Assert.Equal(transfers, Texts(decision));
        var balance = 100 + 60 - settled;
        Assert.Equal(
            Open with { State = state, SettledCents = settled, EndBalanceCents = balance, EndSequence = 8 }, decision.Hold);
        var outcome = new Outcome(OutcomeCode.Done, balance, 0, settled, 60 - settled, false, null, charge, refund);
        Assert.Equal(outcome, decision.Outcome);
    }

    [Theory]
    [InlineData("settle 60", "8 Held>Revenue 60 Settlement: -, job", 0, 50)]
    [InlineData("settle 40", "8 Held>Revenue 40 Settlement: -, job; 9 Held>Wallet 20 Refund: Unused part of the price, job; 10 "
        + "Wallet>Receivable 20 Clawback: Paid towards what an earlier clawback left open", 0, 30)]
    [InlineData("release", "8 Held>Wallet 60 Refund: Cancelled, job; 9 Wallet>Receivable 50 Clawback: Paid towards what an earlier "
        + "clawback left open", 10, 0)]
    public void What_a_hold_gives_back_pays_the_receivable(string end, string transfers, long back, long owed)
    {
        var decision = Decide(new(NewWallet(100, held: 60, owed: 50), Open), End(end).Command);

        Assert.Equal(transfers, Texts(decision));
        Assert.Equal((100 + back, owed), (decision.Account.BalanceCents, decision.Account.ReceivableCents));
    }

    [Theory]
    [InlineData("Released", "release", "Done")]
    [InlineData("Expired", "release", "Done")]
    [InlineData("Settled", "release", "HoldSettled")]
    [InlineData("Expired", "settle 40", "HoldExpired")]
    [InlineData("Released", "settle 40", "HoldReleased")]
    [InlineData("Released", "expire", "NotDue")]
    [InlineData("Settled", "expire", "NotDue")]
    [InlineData("", "expire", "HoldNotFound")]
    public void An_ended_hold_stays_as_it_is(string state, string command, string expected)
    {
        var hold = state.Length == 0 ? null : Open with
        {
            State = Enum.Parse<HoldState>(state),
            SettledCents = state == "Settled" ? 10 : 0,
            EndBalanceCents = 77,
            EndSequence = 5,
        };

        var decision = Decide(new(NewWallet(100), hold), End(command).Command);

        Assert.Equal(expected, decision.Outcome.Code.ToString());
        Assert.Empty(decision.Transfers);
        Assert.Equal((expected == "Done", expected == "Done" ? 77 : 100), (decision.Outcome.Replayed, decision.Outcome.BalanceCents));
        Assert.Equal(expected == "Done" ? 5 : null, decision.Outcome.RefundedSequence);
    }

    [Fact]
    public void A_hold_that_never_expires_is_not_due() => Assert.Equal(
        OutcomeCode.NotDue,
        Decide(new(NewWallet(100), Open with { ExpiresAt = null }), new ExpireHold(User, "job")).Outcome.Code);

    [Fact]
    public void A_freeze_counts_once_and_one_that_was_lifted_never_again()
    {
        var frozen = Decide(new(NewWallet(100)), new Freeze(User, "dp"));
        Assert.Equal(
            (1, new FreezeState(User, "dp", false), 100), (frozen.Account.FreezeCount, frozen.Freeze, frozen.Outcome.BalanceCents));
        var lifted = Decide(new(frozen.Account, Freeze: frozen.Freeze), new Unfreeze(User, "dp"));
        Assert.Equal((0, new FreezeState(User, "dp", true)), (lifted.Account.FreezeCount, lifted.Freeze));
        var before = Decide(new(NewWallet(100)), new Unfreeze(User, "dp"));
        Assert.Equal((0, new FreezeState(User, "dp", true), false), (before.Account.FreezeCount, before.Freeze, before.Outcome.Replayed));
        foreach (Command again in new Command[] { new Freeze(User, "dp"), new Unfreeze(User, "dp") })
        {
            var replay = Decide(new(NewWallet(100), Freeze: lifted.Freeze), again);
            Assert.Equal(
                (0, null, new Outcome(OutcomeCode.Done, 100, Replayed: true)),
                (replay.Account.FreezeCount, replay.Freeze, replay.Outcome));
        }
    }

    private static Hold Open => new(User, "job", 60, HoldState.Open, 0, null, Now, 3);

    private static (Command Command, HoldState State) End(string text) => text.Split(' ') switch
    {
        ["settle", var cents] => (
            new SettleHold(User, "key", "job", long.Parse(cents, System.Globalization.CultureInfo.InvariantCulture)), HoldState.Settled),
        ["release"] => (new ReleaseHold(User, "key", "job", "Cancelled"), HoldState.Released),
        _ => (new ExpireHold(User, "job"), HoldState.Expired),
    };
}
