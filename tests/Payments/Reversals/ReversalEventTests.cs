namespace ReelBallers.Payments.Tests;

/// <summary>What each change of a refund or dispute is reported as, and what it makes of the checkout.</summary>
public sealed class ReversalEventTests
{
    private static readonly string[] RefundLost = ["succeeded", "pending", "requires_action"];
    private static readonly string[] RefundNone = ["failed", "canceled"];
    private static readonly string[] Undecided = ["needs_response", "under_review"];
    private static readonly string[] DisputeLost = ["lost", "appeal_needs_response", "appeal_under_review"];
    private static readonly string[] DisputeNone =
        ["won", "prevented", "warning_needs_response", "warning_under_review", "warning_closed"];

    [Fact]
    public void Each_change_of_a_refund_has_its_event()
    {
        Check(ReversalKind.Refund, [null, .. RefundNone], RefundLost, PaymentEventType.Refunded);
        Check(ReversalKind.Refund, RefundLost, RefundNone, PaymentEventType.RefundFailed);
        Check(ReversalKind.Refund, RefundLost, RefundLost, null);
        Check(ReversalKind.Refund, [null, .. RefundNone], RefundNone, null);
        Check(ReversalKind.Order, [null], [ReversalRules.OrderTaken, ReversalRules.OrderReplaced], null);
        Check(ReversalKind.Order, [ReversalRules.OrderTaken], [ReversalRules.OrderReplaced], null);
    }

    [Fact]
    public void Each_change_of_a_dispute_has_its_event()
    {
        Check(ReversalKind.Dispute, [null, .. DisputeNone], Undecided, PaymentEventType.Disputed);
        Check(ReversalKind.Dispute, [null, .. DisputeNone, .. Undecided], DisputeLost, PaymentEventType.DisputeLost);
        Check(ReversalKind.Dispute, [.. Undecided, .. DisputeLost], DisputeNone, PaymentEventType.DisputeWon);
        Check(ReversalKind.Dispute, [null, .. DisputeNone], DisputeNone, null);
        Check(ReversalKind.Dispute, Undecided, Undecided, null);
        Check(ReversalKind.Dispute, DisputeLost, [.. Undecided, .. DisputeLost], null);
    }

    [Theory]
    [InlineData(1, 100, 50, 0, 50)]
    [InlineData(100, 1, 50, 50, 0)]
    [InlineData(100, 0, 50, 50, 0)]
    public void Credits_or_a_bonus_alone_are_taken_and_given_back(long credits, long bonus, long cents, long paidTaken, long bonusTaken)
    {
        var checkout = NewCheckout(100, credits, bonus);

        var taken = ReversalRules.Plan(checkout, [], [Refund(cents, "succeeded")])!;
        var given = ReversalRules.Plan(With(checkout, taken), [Known(Refund(cents, "succeeded"))], [Refund(cents, "failed")])!;

        Assert.Equal([new PlannedWalletCommand(WalletCommandKind.ClawBack, paidTaken, bonusTaken, "")], taken.Commands);
        Assert.Equal([new PlannedWalletCommand(WalletCommandKind.Reinstate, paidTaken, bonusTaken, "")], given.Commands);
        Assert.Equal([new PlannedPaymentEvent(PaymentEventType.Refunded, "re_1", cents, paidTaken + bonusTaken)], taken.Events);
        Assert.Equal([new PlannedPaymentEvent(PaymentEventType.RefundFailed, "re_1", cents, paidTaken + bonusTaken)], given.Events);
    }

    // What was paid differs from the price by a discount.
    [Theory]
    [InlineData(80, null, 0, CheckoutStatus.Paid)]
    [InlineData(79, "succeeded", 0, CheckoutStatus.Paid)]
    [InlineData(80, "succeeded", 0, CheckoutStatus.Refunded)]
    [InlineData(80, "failed", 0, CheckoutStatus.Paid)]
    [InlineData(80, "succeeded", 1, CheckoutStatus.Disputed)]
    public void The_checkout_is_refunded_when_all_that_was_paid_is(long refunded, string? status, long disputed, object expected)
    {
        var checkout = NewCheckout(100, 100, 0, paid: 80);
        var now = new List<Reversal> { new("dp_1", ReversalKind.Dispute, 1, disputed > 0 ? "lost" : "won", "usd") };
        if (status is not null)
        {
            now.Add(Refund(refunded, status));
        }

        Assert.Equal(expected, ReversalRules.Plan(checkout, [], now)!.Status);
    }

    [Fact]
    public void Freezes_follow_the_undecided_disputes()
    {
        foreach (var undecided in Undecided)
        {
            Assert.Contains(
                new PlannedWalletCommand(WalletCommandKind.Freeze, 0, 0, "dp_1"), Plan(null, ReversalKind.Dispute, undecided)!.Commands);
            foreach (var decided in (string[])[.. DisputeLost, .. DisputeNone])
            {
                Assert.Contains(
                    new PlannedWalletCommand(WalletCommandKind.Unfreeze, 0, 0, "dp_1"),
                    Plan(undecided, ReversalKind.Dispute, decided)!.Commands);
                Assert.DoesNotContain(
                    Plan(null, ReversalKind.Dispute, decided)!.Commands,
                    command => command.Kind is WalletCommandKind.Freeze or WalletCommandKind.Unfreeze);
                Assert.DoesNotContain(
                    Plan("won", ReversalKind.Dispute, "lost")!.Commands, command => command.Kind == WalletCommandKind.Unfreeze);
            }
        }
        Assert.DoesNotContain(
            Plan(null, ReversalKind.Refund, "succeeded")!.Commands, command => command.Kind != WalletCommandKind.ClawBack);
    }

    [Fact]
    public void What_Stripe_may_still_decide_is_open()
    {
        string[] open =
        [
            "pending", "requires_action", .. Undecided, "warning_needs_response", "warning_under_review", "appeal_needs_response",
            "appeal_under_review",
        ];
        string[] all = [.. RefundLost, .. RefundNone, .. Undecided, .. DisputeLost, .. DisputeNone, ReversalRules.OrderTaken];

        Assert.Equal(open.Order(), ReversalRules.OpenStatuses.Order());
        Assert.Equal(open.Order(), all.Where(status => ReversalRules.IsOpen(Refund(1, status))).Order());
    }

    [Fact]
    public void What_is_not_netted_is_described_for_the_operator()
    {
        var checkout = NewCheckout(100, 100, 0);

        Assert.Equal(
            [
                new ReversalAnomaly("unknown_status", "Refund re_1 has the status 'odd'."),
                new ReversalAnomaly("foreign_currency", "Dispute dp_1: 7 eur; the checkout is in usd."),
            ],
            ReversalRules.Anomalies(checkout,
            [
                Refund(5, "odd"), new Reversal("dp_1", ReversalKind.Dispute, 7, "lost", "eur"), Refund(5, "succeeded"),
            ]));
        Assert.Equal("order:key", ReversalRules.OrderId("key"));
    }

    private static void Check(ReversalKind kind, string?[] before, string[] after, PaymentEventType? type)
    {
        foreach (var (old, now) in before.SelectMany(old => after.Where(now => now != old).Select(now => (old, now))))
        {
            var events = Plan(old, kind, now)!.Events;
            Assert.True(
                type is null ? events.Count == 0 : events.Count == 1 && events[0].Type == type,
                $"{kind} from {old} to {now}: {string.Join(", ", events)}");
        }
    }

    private static ReversalPlan? Plan(string? old, ReversalKind kind, string status)
    {
        var checkout = NewCheckout(100, 100, 0);
        var id = kind == ReversalKind.Dispute ? "dp_1" : "re_1";
        var known = old is null ? [] : new[] { Known(new Reversal(id, kind, 40, old, "usd")) };
        var before = old is null ? null : ReversalRules.Plan(checkout, [], [new Reversal(id, kind, 40, old, "usd")]);
        return ReversalRules.Plan(
            before is null ? checkout : With(checkout, before), known, [new Reversal(id, kind, 40, status, "usd")]);
    }

    private static Reversal Refund(long cents, string status) => new("re_1", ReversalKind.Refund, cents, status, "usd");

    private static StripeReversal Known(Reversal reversal) => new()
    {
        Id = reversal.Id,
        Kind = reversal.Kind,
        AmountCents = reversal.AmountCents,
        Status = reversal.Status,
    };

    private static Checkout NewCheckout(long amount, long credits, long bonus, long? paid = null) => new()
    {
        Currency = "usd",
        AmountCents = amount,
        PaidCents = paid,
        Credits = credits,
        BonusCredits = bonus,
        Status = CheckoutStatus.Paid,
    };

    private static Checkout With(Checkout checkout, ReversalPlan plan) => new()
    {
        Currency = "usd",
        AmountCents = checkout.AmountCents,
        Credits = checkout.Credits,
        BonusCredits = checkout.BonusCredits,
        Status = plan.Status,
        ReversedCredits = plan.ReversedCredits,
        ReversedBonusCredits = plan.ReversedBonusCredits,
    };
}
