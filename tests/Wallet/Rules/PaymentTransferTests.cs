using static ReelBallers.Wallet.Tests.Decisions;

namespace ReelBallers.Wallet.Tests;

/// <summary>What the transfers of expiries, clawbacks and reinstatements say, and what they leave of the payment.</summary>
public sealed class PaymentTransferTests
{
    [Fact]
    public void An_expiry_names_the_payment_and_the_lot()
    {
        var lots = new LotBook();
        lots.Apply(Opening(1, 40, AccountType.Stripe));
        lots.Apply(Opening(2, 30, AccountType.Promo));
        var payment = new PaymentCredits(User, "pi", new PaymentPart(40, 0, 3), new PaymentPart(30, 0, 4));

        var paid = Decide(new(NewWallet(70, sequence: 2), Payment: payment, Lots: lots), new ExpireLot(User, 1, Now));
        var bonus = Decide(new(NewWallet(70, sequence: 2), Payment: payment, Lots: lots), new ExpireLot(User, 2, Now));
        var unnamed = Decide(new(NewWallet(70, sequence: 2), Lots: lots), new ExpireLot(User, 1, Now));

        Assert.Equal("3 Wallet>Revenue 40 Expiry: Expired, pi, lot 1", Texts(paid));
        Assert.Equal(payment with { Paid = new PaymentPart(40, 0, 43) }, paid.Payment);
        Assert.Equal(payment with { Bonus = new PaymentPart(30, 0, 34) }, bonus.Payment);
        Assert.Equal((new LotExpiry(User, 1, null), null), (unnamed.LotExpiry, unnamed.Payment));
        var gone = Decide(new(NewWallet(70, sequence: 2), Lots: lots), new ExpireLot(User, 9, Now));
        Assert.Equal((OutcomeCode.NotDue, new LotExpiry(User, 9, null)), (gone.Outcome.Code, gone.LotExpiry));
    }

    [Fact]
    public void The_credits_of_a_payment_in_two_wallets_add_up()
    {
        var one = new PaymentPart(1, 2, 3, ExpiredTakenCents: 4, OwedTakenCents: 5);
        var other = new PaymentPart(10, 20, 30, ExpiredTakenCents: 40, OwedTakenCents: 50);
        var payment = new PaymentCredits(User, "pi", one, other);
        var sum = new PaymentPart(11, 22, 33, ExpiredTakenCents: 44, OwedTakenCents: 55);

        Assert.Equal(payment with { Paid = sum, Bonus = sum }, payment.Plus(new PaymentCredits(Guid.NewGuid(), "pi", other, one)));
    }

    [Fact]
    public void A_clawback_takes_from_lots_then_what_expired_then_what_is_owed_and_a_reinstatement_goes_back()
    {
        var lots = new LotBook();
        lots.Apply(Opening(1, 10, AccountType.Stripe));
        lots.Apply(Opening(2, 7, AccountType.Promo));
        lots.Apply(Opening(3, 5, AccountType.Stripe) with { StripePaymentId = "other" });
        var payment = new PaymentCredits(User, "pi", new PaymentPart(40, 0, 12), new PaymentPart(9, 0, 0));

        var taken = Decide(
            new(NewWallet(22, sequence: 3), Payment: payment, Lots: lots), new ClawBack(User, "key", "pi", 99, 99, "Reversed"));

        Assert.Equal(
            "4 Wallet>Stripe 10 Clawback: Reversed, pi, lot 1; 5 Revenue>Stripe 12 Clawback: Reversed, pi; "
            + "6 Receivable>Stripe 18 Clawback: Reversed, pi; 7 Wallet>Promo 7 Clawback: Reversed, pi, lot 2; "
            + "8 Receivable>Promo 2 Clawback: Reversed, pi", Texts(taken));
        Assert.Equal((5, 20), (taken.Account.BalanceCents, taken.Account.ReceivableCents));
        Assert.Equal(
            payment with { Paid = new PaymentPart(40, 40, 0, 12, 18), Bonus = new PaymentPart(9, 9, 0, 0, 2) }, taken.Payment);
        Assert.Equal(
            OutcomeCode.NothingToClawBack,
            Decide(new(taken.Account, Payment: taken.Payment, Lots: lots), new ClawBack(User, "again", "pi", 1, 1, null)).Outcome.Code);

        var back = Decide(new(taken.Account, Payment: taken.Payment), new Reinstate(User, "key2", "pi", 99, 99, "Won"));

        Assert.Equal(
            "9 Stripe>Receivable 20 Adjustment: Won, pi; 10 Stripe>Revenue 12 Adjustment: Won, pi; 11 Stripe>Wallet 8 Adjustment: Won, pi; "
            + "12 Promo>Wallet 9 Adjustment: Won, pi", Texts(back));
        Assert.Equal((22, 0), (back.Account.BalanceCents, back.Account.ReceivableCents));
        Assert.Equal(payment, back.Payment);
        Assert.Equal(
            OutcomeCode.NothingToReinstate,
            Decide(new(back.Account, Payment: back.Payment), new Reinstate(User, "again", "pi", 1, 1, null)).Outcome.Code);
        Assert.Equal(
            OutcomeCode.PaymentNotFound, Decide(new(back.Account), new Reinstate(User, "again", "pi", 1, 1, null)).Outcome.Code);
    }

    [Theory]
    [InlineData(Account.LimitCents - 5, 0, 5, 0, OutcomeCode.Done)]
    [InlineData(Account.LimitCents - 5, 0, 0, 5, OutcomeCode.Done)]
    [InlineData(Account.LimitCents - 5, 0, 3, 2, OutcomeCode.Done)]
    [InlineData(Account.LimitCents - 5, 0, 3, 3, OutcomeCode.BalanceLimitExceeded)]
    [InlineData(0, Account.LimitCents - 5, 3, 3, OutcomeCode.BalanceLimitExceeded)]
    public void A_reinstatement_keeps_to_the_limit(long balance, long held, long paid, long bonus, object expected)
    {
        var payment = new PaymentCredits(User, "pi", new PaymentPart(9, 9, 0), new PaymentPart(9, 9, 0));

        var decision = Decide(new(NewWallet(balance, held), Payment: payment), new Reinstate(User, "key", "pi", paid, bonus, null));

        Assert.Equal(expected, decision.Outcome.Code);
    }

    private static Transfer Opening(long sequence, long cents, AccountType from) => new(
        User, sequence, from, AccountType.Wallet, cents, EntryReason.Topup, null, "pi", null, 0, Now.AddDays(-1), null, null, Now, null,
        Guid.Empty);
}
