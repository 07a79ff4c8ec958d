namespace ReelBallers.Payments.Tests;

/// <summary>An operator's refund of a payment of which something is disputed or on its way back already.</summary>
public sealed class OperatorRefundRulesTests
{
    [Theory]
    [InlineData(100, 200, 100, 0, "Go 100")]
    [InlineData(100, 200, 100, 100, "Go 100")]
    [InlineData(100, 200, 100, 101, "ExceedsPayment 100")]
    [InlineData(100, 200, 200, 0, "ExceedsPayment 0")]
    [InlineData(300, 200, 100, 0, "ExceedsPayment 0")]
    public void What_is_refunded_disputed_or_pending_is_gone(long refunded, long disputed, long pending, long requested, string expected) =>
        Assert.Equal(expected, Text(OperatorRefundRules.Decide(Row(refunded, disputed), pending, requested, null, null)));

    [Theory]
    // A credit for 2 cents, a bonus credit for 5.
    [InlineData(100L, 40L, "Go 200")]
    [InlineData(50L, 40L, "CreditsSpent 101")]
    [InlineData(100L, 10L, "CreditsSpent 54")]
    [InlineData(0L, 40L, "CreditsSpent 1")]
    [InlineData(null, 10L, "CreditsSpent 54")]
    [InlineData(50L, null, "CreditsSpent 101")]
    public void The_largest_amount_whose_credits_are_unspent_is_found(long? unspentPaid, long? unspentBonus, string expected) =>
        Assert.Equal(expected, Text(OperatorRefundRules.Decide(Row(100, 200), 0, 0, unspentPaid, unspentBonus)));

    [Theory]
    [InlineData(0, 200, 100, 40, true)]
    [InlineData(0, 200, 99, 40, false)]
    [InlineData(0, 200, 100, 39, false)]
    [InlineData(100, 100, 100, 40, true)]
    [InlineData(100, 100, 99, 40, false)]
    [InlineData(0, 100, 50, 20, true)]
    [InlineData(0, 100, 49, 20, false)]
    [InlineData(0, 100, 50, 19, false)]
    public void A_dispute_counts_for_what_is_covered(
        long takenByOthers, long amount, long unspentPaid, long unspentBonus, bool isCovered) =>
        Assert.Equal(isCovered, OperatorRefundRules.IsCovered(Row(100, 200), takenByOthers, amount, unspentPaid, unspentBonus));

    // 500 cents for 250 credits and 100 as a bonus, of which the shares of what is gone are reversed.
    private static Checkout Row(long refunded, long disputed) => new()
    {
        Currency = "usd",
        AmountCents = 500,
        Credits = 250,
        BonusCredits = 100,
        Status = CheckoutStatus.Paid,
        RefundedCents = refunded,
        DisputedCents = disputed,
        ReversedCredits = ReversalRules.CreditsFor(250, refunded + disputed, 500),
        ReversedBonusCredits = ReversalRules.CreditsFor(100, refunded + disputed, 500),
    };

    private static string Text(OperatorRefundDecision decision) => decision switch
    {
        OperatorRefundDecision.Go go => $"Go {go.AmountCents}",
        OperatorRefundDecision.ExceedsPayment exceeds => $"ExceedsPayment {exceeds.RefundableCents}",
        OperatorRefundDecision.CreditsSpent spent => $"CreditsSpent {spent.RefundableCents}",
        _ => "?",
    };
}
