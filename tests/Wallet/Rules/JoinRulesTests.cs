namespace ReelBallers.Wallet.Tests;

/// <summary>The rules of joins, and where commands lead afterwards, without a database.</summary>
public sealed class JoinRulesTests
{
    private static readonly Guid From = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Into = Guid.Parse("22222222-2222-2222-2222-222222222222");
    private static readonly Guid Third = Guid.Parse("33333333-3333-3333-3333-333333333333");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly LedgerRules Rules = new(new LedgerPolicy());
    private static readonly JoinWallets Join = new(From, "key", Into, "test", null);

    [Fact]
    public void Of_several_rejections_the_first_is_returned()
    {
        var full = Account.Empty(Into) with { BalanceCents = Account.LimitCents };
        var closed = Row(From, Third);
        var held = Account.Empty(From) with { BalanceCents = 1, HeldCents = 1 };
        var other = Context(held, full);

        Assert.Equal(OutcomeCode.IdempotencyKeyReused, Code(other with { UsedKey = new UsedKey(Third, 0), Closed = closed }));
        Assert.Equal(OutcomeCode.AlreadyJoined, Code(other with { Closed = closed, Join = other.Join! with { Into = full, End = Third } }));
        Assert.Equal(OutcomeCode.JoinCycle, Code(other with { Join = other.Join! with { Into = held } }));
        Assert.Equal(OutcomeCode.HoldsOpen, Code(other));
        Assert.Equal(OutcomeCode.BalanceLimitExceeded, Code(Context(held with { HeldCents = 0 }, full)));
        Assert.Equal(OutcomeCode.Done, Code(Context(held with { HeldCents = 0 }, full with { BalanceCents = Account.LimitCents - 1 })));
    }

    [Fact]
    public void A_join_moves_lots_debt_and_freezes_and_closes_the_wallet()
    {
        var lots = new LotBook();
        lots.Apply(Credit(1, AccountType.Promo, 30, Now.AddDays(1)));
        lots.Apply(Credit(2, AccountType.Stripe, 70, null));
        var from = Account.Empty(From) with { BalanceCents = 100, ReceivableCents = 9, FreezeCount = 1, LastSequence = 2 };
        var into = Account.Empty(Into) with { BalanceCents = 5, ReceivableCents = 2, FreezeCount = 3, LastSequence = 8 };
        var context = Context(from, into) with { Lots = lots };
        context = context with
        {
            Join = context.Join! with { Freezes = [new FreezeState(From, "dp_1", false), new FreezeState(From, "dp_2", true)] },
        };

        var decision = Rules.Decide(context, Join, Now);

        var joined = decision.Joined!;
        Assert.Equal((0, 0, 2, 5L), (decision.Account.BalanceCents, decision.Account.ReceivableCents, decision.Account.FreezeCount,
            decision.Account.LastSequence));
        Assert.Equal((105, 11, 4, 11L), (joined.Into.BalanceCents, joined.Into.ReceivableCents, joined.Into.FreezeCount,
            joined.Into.LastSequence));
        Assert.Equal(
            [
                "Wallet Promo 30 1", "Wallet Stripe 70 2", "Stripe Receivable 9 ",
                "Promo Wallet 30 ", "Stripe Wallet 70 ", "Receivable Stripe 9 ",
            ],
            decision.Transfers.Select(t => $"{t.DebitAccount} {t.CreditAccount} {t.AmountCents} {t.LotSequence}"));
        Assert.Equal(
            [
                "Joined: moved to your other wallet", "Joined: moved to your other wallet",
                "Joined: what was owed is owed by your other wallet",
                "Joined: moved from your other wallet", "Joined: moved from your other wallet", "Joined: what your other wallet owed",
            ],
            decision.Transfers.Select(t => t.Description));
        Assert.Equal([Now.AddDays(1), null], decision.Transfers.Where(t => t.OpensLot).Select(t => t.ExpiresAt));
        Assert.Equal(
            [($"§{From:N}:dp_1", false), ($"§{From:N}:dp_2", true)], joined.Freezes.Select(freeze => (freeze.Reference, freeze.Lifted)));
        Assert.Equal((100, 9, 105, 5L, 11L), (joined.Join.MovedCents, joined.Join.OwedCents, joined.Join.BalanceCents, joined.Join.Sequence,
            joined.Join.IntoSequence));
        Assert.Equal(["key", WalletJoin.ArrivalKey(From)],
            decision.Transfers.Where(t => t.IdempotencyKey is not null).Select(t => t.IdempotencyKey));
        Assert.Equal([(1L, null), (2L, (DateTimeOffset?)null)], joined.LotExpiries.Select(expiry => (expiry.Sequence, expiry.DueAt)));
    }

    [Fact]
    public void What_concerns_payments_follows_over_all_joins_under_the_name_of_its_user()
    {
        var paths = new JoinPaths();
        paths.Add(Row(From, Into));
        paths.Add(Row(Into, Third));
        var credit = new Credit(From, "key", 1, EntryReason.Topup, "pi", null);
        var debit = new Debit(From, "key", "job", 1, null);

        var followed = paths.Follow(credit);

        Assert.Equal((Third, $"§{From:N}:key", credit.RequestHash), (followed.UserId, followed.Key, followed.RequestHash));
        Assert.Equal([(From, "key"), (Into, $"§{From:N}:key"), (Third, $"§{From:N}:key")], paths.KeysOf(credit));
        Assert.Equal(new Freeze(Third, $"§{From:N}:dp_1"), paths.Follow(new Freeze(From, "dp_1")));
        Assert.Equal(new Unfreeze(Third, $"§{Into:N}:dp_1"), paths.Follow(new Unfreeze(Into, "dp_1")));
        Assert.Same(debit, paths.Follow(debit));
        Assert.Equal(paths.KeysOf(credit), paths.KeysOf(debit));
        Assert.Empty(paths.KeysOf(new ExpireHold(From, "job")));
        Assert.Same(Join, paths.Follow(Join));
    }

    [Fact]
    public void A_cycle_in_edited_rows_is_an_error_and_no_endless_loop()
    {
        var paths = new JoinPaths();
        paths.Add(Row(From, Into));
        paths.Add(Row(Into, From));

        Assert.Throws<LedgerCorruptException>(() => paths.EndOf(From));
    }

    private static OutcomeCode Code(CommandContext context) => Rules.Decide(context, Join, Now).Outcome.Code;

    private static CommandContext Context(Account from, Account into) =>
        new(from, Lots: new LotBook(), Join: new JoinContext(From, into, [], _ => null, []));

    private static WalletJoin Row(Guid user, Guid into) => new(user, into, "key", user, 0, 0, 0, 0, 0, "test", null, Now);

    private static Transfer Credit(long sequence, AccountType source, long cents, DateTimeOffset? expiresAt) => new(
        From, sequence, source, AccountType.Wallet, cents, EntryReason.Bonus, null, "pi", null, 0, Now, null, null, expiresAt, null,
        Guid.Empty);
}
