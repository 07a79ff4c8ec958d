namespace ReelBallers.Payments.Tests;

/// <summary>What may be paid for a purchase, with discount and tax, and the credits for it.</summary>
public sealed class PriceRulesTests
{
    // Price, discount, tax, paid; whether it is ours, without and with an offer of codes and tax.
    [Theory]
    [InlineData(500, 0, 0, 500, true, true)]
    [InlineData(500, 100, 0, 400, false, true)]
    [InlineData(500, 499, 0, 1, false, true)]
    [InlineData(500, 0, 50, 550, false, true)]
    [InlineData(500, 0, 50, 500, false, true)]
    [InlineData(500, 100, 40, 440, false, true)]
    [InlineData(500, 100, 40, 400, false, true)]
    [InlineData(500, 0, 1, 501, false, true)]
    [InlineData(500, 100, 0, 500, false, false)]
    [InlineData(500, 0, 0, 400, false, false)]
    [InlineData(400, 0, 0, 400, false, false)]
    [InlineData(600, 100, 0, 500, false, false)]
    [InlineData(500, -100, 0, 600, false, false)]
    [InlineData(500, 0, -50, 450, false, false)]
    [InlineData(500, 500, 0, 0, false, false)]
    [InlineData(500, 501, 0, -1, false, false)]
    [InlineData(500, 100, 40, 441, false, false)]
    [InlineData(500, 100, 40, 439, false, false)]
    public void A_discount_and_tax_count_only_as_far_as_they_were_offered(
        long subtotal, long discount, long tax, long paid, bool isOurs, bool isOffered)
    {
        var facts = Paid(paid) with { SubtotalCents = subtotal, DiscountCents = discount, TaxCents = tax };

        Assert.Equal(Outcome(isOurs), CreditingRules.Decide(Row(), facts));
        Assert.Equal(Outcome(isOffered), CreditingRules.Decide(Row(minPaid: 250, collectsTax: true), facts));
        Assert.Equal(Outcome(isOffered && tax == 0), CreditingRules.Decide(Row(minPaid: 250), facts));
        Assert.Equal(Outcome(isOffered && discount == 0), CreditingRules.Decide(Row(collectsTax: true), facts));
    }

    [Theory]
    [InlineData(0, 500, 50, false)]
    [InlineData(250, 500, 50, false)]
    [InlineData(251, 249, 0, true)]
    [InlineData(499, 1, 0, true)]
    public void A_discount_below_the_floor_gives_a_credit_a_cent_and_no_bonus(long discount, long credits, long bonus, bool isBelow)
    {
        var facts = Paid(500 - discount) with { DiscountCents = discount };

        Assert.Equal((credits, bonus), CreditingRules.CreditsFor(Row(minPaid: 250), facts));
        Assert.Equal(isBelow, CreditingRules.IsBelowFloor(Row(minPaid: 250), facts));
        Assert.False(CreditingRules.IsBelowFloor(Row(), facts));
    }

    [Fact]
    public void Below_the_floor_a_dear_pack_gives_no_more_credits_than_it_has() => Assert.Equal(
        (100, 0), CreditingRules.CreditsFor(Row(minPaid: 400, credits: 100), Paid(300) with { DiscountCents = 200 }));

    [Theory]
    [InlineData("usd", null, CreditingOutcome.Credited)]
    [InlineData(null, null, CreditingOutcome.Credited)]
    [InlineData("usd", "eur", CreditingOutcome.CurrencyMismatch)]
    [InlineData("eur", "usd", CreditingOutcome.CurrencyMismatch)]
    [InlineData("usd", "USD", CreditingOutcome.CurrencyMismatch)]
    public void Every_currency_that_Stripe_names_is_ours(string? session, string? charge, object outcome) =>
        Assert.Equal(outcome, CreditingRules.Decide(Row(), Paid(500) with { Currencies = [session, charge] }));

    [Theory]
    [InlineData(null, CreditingOutcome.PaymentMismatch)]
    [InlineData("", CreditingOutcome.PaymentMismatch)]
    [InlineData("pi_1", CreditingOutcome.Credited)]
    public void A_payment_has_an_id(string? payment, object outcome) =>
        Assert.Equal(outcome, CreditingRules.Decide(Row(), Paid(500) with { PaymentIntentId = payment }));

    [Theory]
    [InlineData(false, CheckoutStatus.Open, CreditingOutcome.NothingPaid)]
    [InlineData(true, CheckoutStatus.Open, CreditingOutcome.Failed)]
    [InlineData(true, CheckoutStatus.Paid, CreditingOutcome.AlreadyFinal)]
    public void A_code_for_the_whole_price_ends_a_purchase_that_was_offered_with_codes(bool isOffered, object status, object outcome)
    {
        var row = Row(isOffered ? 250 : null, status: (CheckoutStatus)status);

        Assert.Equal(outcome, CreditingRules.Decide(row, Paid(0) with { State = PaymentState.NothingDue }));
    }

    private static CreditingOutcome Outcome(bool isOurs) => isOurs ? CreditingOutcome.Credited : CreditingOutcome.AmountMismatch;

    private static Checkout Row(
        long? minPaid = null, bool collectsTax = false, long credits = 500, CheckoutStatus status = CheckoutStatus.Open) => new()
        {
            AmountCents = 500,
            Currency = "usd",
            Credits = credits,
            BonusCredits = 50,
            Status = status,
            MinPaidCents = minPaid,
            CollectsTax = collectsTax,
        };

    private static PaymentFacts Paid(long cents) => new()
    {
        State = PaymentState.Paid,
        UserId = Guid.Empty.ToString(),
        AmountCents = cents,
        SubtotalCents = 500,
        Currencies = ["usd"],
        PaymentIntentId = "pi_1",
        Statuses = "",
    };
}
