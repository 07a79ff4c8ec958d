namespace ReelBallers.Wallet.Tests;

/// <summary>The rules as tables. The wallet has a balance of 100 and the hold of the row.</summary>
public sealed class LedgerRulesTests
{
    private static readonly Guid User = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    // In order of precedence: each row also meets all later conditions that can apply at the same time.
    [Theory]
    // command        key used by   hold of 60   → outcome
    [InlineData("hold 999", "other", "open", "IdempotencyKeyReused")]
    [InlineData("settle 999", "other", "none", "IdempotencyKeyReused")]
    [InlineData("credit 99999999999999", "other", "none", "IdempotencyKeyReused")]
    [InlineData("settle 999", "", "none", "HoldNotFound")]
    [InlineData("release", "", "none", "HoldNotFound")]
    [InlineData("hold 999", "", "open", "HoldExists")]
    [InlineData("hold 60", "", "settled 40", "HoldExists")]
    [InlineData("hold 60", "", "released", "HoldExists")]
    [InlineData("settle 999", "", "released", "HoldReleased")]
    [InlineData("settle 999", "", "settled 40", "HoldSettled")]
    [InlineData("settle 41", "", "settled 40", "HoldSettled")]
    [InlineData("release", "", "settled 40", "HoldSettled")]
    [InlineData("settle 61", "", "open", "SettleExceedsHold")]
    [InlineData("hold 101", "", "none", "InsufficientFunds")]
    [InlineData("debit 101", "", "none", "InsufficientFunds")]
    [InlineData("deduct 101", "", "none", "InsufficientFunds")]
    [InlineData("deduct 999", "other", "none", "IdempotencyKeyReused")]
    [InlineData("credit 9999999999901", "", "none", "BalanceLimitExceeded")]
    [InlineData("credit 9999999999841", "", "open", "BalanceLimitExceeded")]
    public void The_first_applicable_rejection_is_returned_and_changes_nothing(string command, string known, string hold, string expected)
    {
        var decision = Decide(command, known, hold);

        Assert.Equal(expected, decision.Outcome.Code.ToString());
        Assert.False(decision.Outcome.Replayed);
        Assert.Equal(100, decision.Outcome.BalanceCents);
        Assert.Empty(decision.Transfers);
        Assert.Null(decision.Hold);
        Assert.Equal(Before(hold), decision.Account);
    }

    [Theory]
    [InlineData("credit 25", "none", "Stripe>Wallet 25 Topup", 125, 0)]
    [InlineData("credit 9999999999900", "none", "Stripe>Wallet 9999999999900 Topup", 10_000_000_000_000, 0)]
    [InlineData("bonus 25", "none", "Promo>Wallet 25 Bonus", 125, 0)]
    [InlineData("adjust 25", "none", "Promo>Wallet 25 Adjustment", 125, 0)]
    [InlineData("debit 100", "none", "Wallet>Revenue 100 Debit", 0, 0)]
    [InlineData("deduct 100", "none", "Wallet>Promo 100 Adjustment", 0, 0)]
    [InlineData("hold 100", "none", "Wallet>Held 100 Debit", 0, 100)]
    [InlineData("settle 60", "open", "Held>Revenue 60 Settlement", 100, 0)]
    [InlineData("settle 40", "open", "Held>Revenue 40 Settlement, Held>Wallet 20 Refund", 120, 0)]
    [InlineData("settle 0", "open", "Held>Wallet 60 Refund", 160, 0)]
    [InlineData("release", "open", "Held>Wallet 60 Refund", 160, 0)]
    public void Accepted_commands_move_money_between_the_expected_accounts(
        string command, string hold, string expected, long balance, long held)
    {
        var decision = Decide(command, "", hold);

        Assert.Equal(OutcomeCode.Done, decision.Outcome.Code);
        Assert.Equal(expected,
            string.Join(", ", decision.Transfers.Select(t => $"{t.DebitAccount}>{t.CreditAccount} {t.AmountCents} {t.Reason}")));
        Assert.Equal((balance, held), (decision.Account.BalanceCents, decision.Account.HeldCents));
        Assert.Equal(balance, decision.Outcome.BalanceCents);
        Assert.Equal(balance, decision.Transfers[^1].BalanceAfterCents);
        Assert.Equal(Enumerable.Range(8, decision.Transfers.Count).Select(n => (long)n), decision.Transfers.Select(t => t.Sequence));
        Assert.Equal(decision.Transfers[^1].Sequence, decision.Account.LastSequence);
        Assert.All(decision.Transfers, transfer => Assert.Equal(Now, transfer.CreatedAt));
        Assert.Equal("key", Assert.Single(decision.Transfers, transfer => transfer.IdempotencyKey is not null).IdempotencyKey);
    }

    [Theory]
    [InlineData("credit 25", "none", 0, 0)]
    [InlineData("debit 999", "none", 0, 0)]
    [InlineData("deduct 999", "none", 0, 0)]
    [InlineData("hold 60", "open", 0, 0)]
    [InlineData("settle 40", "settled 40", 40, 20)]
    [InlineData("release", "released", 0, 60)]
    public void A_used_key_with_the_same_command_gets_the_first_outcome(string command, string hold, long settled, long refunded)
    {
        var decision = Decide(command, "same", hold);

        Assert.Equal(new Outcome(OutcomeCode.Done, 77, 0, settled, refunded, Replayed: true), decision.Outcome);
        Assert.Empty(decision.Transfers);
    }

    [Theory]
    [InlineData("settle 40", "settled 40", 40, 20)]
    [InlineData("release", "released", 0, 60)]
    public void Ending_a_hold_the_same_way_again_is_a_replay_with_any_key(string command, string hold, long settled, long refunded)
    {
        var decision = Decide(command, "", hold);

        Assert.Equal(new Outcome(OutcomeCode.Done, 88, 0, settled, refunded, Replayed: true), decision.Outcome);
        Assert.Empty(decision.Transfers);
    }

    [Fact]
    public void Insufficient_funds_include_balance_and_required_amount() =>
        Assert.Equal(new Outcome(OutcomeCode.InsufficientFunds, 100, 101), Decide("debit 101", "", "none").Outcome);

    [Fact]
    public void A_change_of_any_field_changes_the_request_hash()
    {
        Command[] commands =
        [
            new Credit(User, "key", 1, EntryReason.Topup, "pi", "text"), new Credit(User, "key", 2, EntryReason.Topup, "pi", "text"),
            new Credit(User, "key", 1, EntryReason.Bonus, "pi", "text"), new Credit(User, "key", 1, EntryReason.Topup, "pj", "text"),
            new Credit(User, "key", 1, EntryReason.Topup, "pi", "texts"), new Credit(User, "key", 1, EntryReason.Topup, null, null),
            new PlaceHold(User, "key", "job", 1, null), new PlaceHold(User, "key", "job2", 1, null),
            new PlaceHold(User, "key", "job", 2, null),
            new SettleHold(User, "key", "job", 1), new SettleHold(User, "key", "job", 2), new SettleHold(User, "key", "job2", 1),
            new ReleaseHold(User, "key", "job", null), new ReleaseHold(User, "key", "job2", null),
            new ReleaseHold(User, "key", "job", "text"),
            new Debit(User, "key", "job", 1, null), new Debit(User, "key", "job2", 1, null), new Debit(User, "key", "job", 2, null),
            new Deduct(User, "key", 1, null), new Deduct(User, "key", 2, null), new Deduct(User, "key", 1, "text"),
        ];

        Assert.Equal(commands.Length, commands.Select(command => command.RequestHash).Distinct().Count());
        Assert.Equal(commands[0].RequestHash, new Credit(User, "another", 1, EntryReason.Topup, "pi", "text").RequestHash);
        // A copy has a hash of its own.
        Assert.Equal(commands[1].RequestHash, ((Credit)commands[0] with { AmountCents = 2 }).RequestHash);
    }

    private static Decision Decide(string command, string known, string hold)
    {
        var parsed = Parse(command);
        var usedKey = known switch
        {
            "" => null,
            "same" => new UsedKey(parsed.RequestHash, 77),
            _ => new UsedKey(new Debit(User, "key", "else", 1, null).RequestHash, 77),
        };
        return new LedgerRules(new LedgerPolicy()).Decide(new CommandContext(Before(hold), ParseHold(hold), UsedKey: usedKey), parsed, Now);
    }

    private static Account Before(string hold) => new(User, 100, hold == "open" ? 60 : 0, 0, 0, 7, Now.AddDays(-1), Guid.Empty);

    private static Hold? ParseHold(string hold) => hold switch
    {
        "none" => null,
        "open" => new Hold(User, "job", 60, HoldState.Open, 0, null, null),
        "released" => new Hold(User, "job", 60, HoldState.Released, 0, 88, null),
        _ => new Hold(User, "job", 60, HoldState.Settled, long.Parse(hold.Split(' ')[1]), 88, null),
    };

    private static Command Parse(string text)
    {
        var words = text.Split(' ');
        var cents = words.Length > 1 ? long.Parse(words[1]) : 0;
        return words[0] switch
        {
            "credit" => new Credit(User, "key", cents, EntryReason.Topup, "pi", null),
            "bonus" => new Credit(User, "key", cents, EntryReason.Bonus, null, null),
            "adjust" => new Credit(User, "key", cents, EntryReason.Adjustment, null, null),
            "deduct" => new Deduct(User, "key", cents, null),
            "hold" => new PlaceHold(User, "key", "job", cents, null),
            "settle" => new SettleHold(User, "key", "job", cents),
            "release" => new ReleaseHold(User, "key", "job", null),
            _ => new Debit(User, "key", "job", cents, null),
        };
    }
}
