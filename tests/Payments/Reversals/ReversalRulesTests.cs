namespace ReelBallers.Payments.Tests;

public sealed class ReversalRulesTests
{
    private static readonly string[] RefundStatuses = ["pending", "requires_action", "succeeded", "failed", "canceled"];
    private static readonly string[] DisputeStatuses =
        [
        "needs_response", "under_review", "won", "lost", "prevented", "warning_needs_response", "warning_under_review", "warning_closed",
        "appeal_needs_response", "appeal_under_review",
    ];

    [Theory]
    [InlineData(2_000, 500, 2_000, 500)]
    [InlineData(200, 500, 2_000, 50)]
    [InlineData(100, 1, 500, 0)]
    [InlineData(100, 5, 500, 1)]
    [InlineData(100, 499, 500, 99)]
    [InlineData(100, 500, 500, 100)]
    [InlineData(100, 900, 500, 100)]
    [InlineData(99_999_999, 99_999_998, 99_999_999, 99_999_998)]
    public void Credits_are_reversed_by_share_rounded_down_and_entirely_with_a_full_refund(long credits, long lost, long price, long gone)
    {
        Assert.Equal(gone, ReversalRules.CreditsFor(credits, lost, price));
    }

    [Fact]
    public void Any_sequence_of_states_leads_to_commands_that_sum_up_to_the_last_state()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var checkout = NewCheckout(random.Next(50, 5_000), random.Next(1, 9_000), random.Next(0, 900));
            var known = new List<StripeReversal>();
            var now = new Dictionary<string, Reversal>();
            var (paid, bonus, frozen) = (0L, 0L, new HashSet<string>());
            for (var step = 0; step < 12; step++)
            {
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    var isRefund = random.Next(2) == 0;
                    var id = $"{(isRefund ? "re" : "dp")}_{random.Next(3)}";
                    var amount = now.GetValueOrDefault(id)?.AmountCents ?? random.Next(1, (int)checkout.AmountCents + 1);
                    now[id] = isRefund
                        ? new Reversal(id, ReversalKind.Refund, amount, RefundStatuses[random.Next(RefundStatuses.Length)], "usd")
                        : new Reversal(id, ReversalKind.Dispute, amount, DisputeStatuses[random.Next(DisputeStatuses.Length)], "usd");
                }
                if (ReversalRules.Plan(checkout, known, now.Values) is not { } plan)
                {
                    continue;
                }
                foreach (var command in plan.Commands)
                {
                    Apply(command);
                }
                Assert.InRange(paid, 0, checkout.Credits);
                Assert.InRange(bonus, 0, checkout.BonusCredits);
                Assert.Equal((paid, bonus), (plan.ReversedCredits, plan.ReversedBonusCredits));
                checkout = With(checkout, plan);
                known = [.. now.Values.Select(reversal =>
                    new StripeReversal { Id = reversal.Id, Kind = reversal.Kind, AmountCents = reversal.AmountCents,
                    Status = reversal.Status })];
                Assert.Null(ReversalRules.Plan(checkout, known, now.Values));
            }
            var lost = now.Values.Where(IsLost).Sum(reversal => reversal.AmountCents);
            Assert.Equal(ReversalRules.CreditsFor(checkout.Credits, lost, checkout.AmountCents), paid);
            Assert.Equal(ReversalRules.CreditsFor(checkout.BonusCredits, lost, checkout.AmountCents), bonus);
            Assert.Equal(now.Values.Where(reversal => reversal.Status is "needs_response" or "under_review")
                .Select(reversal => reversal.Id).Order(), frozen.Order());

            void Apply(PlannedWalletCommand command)
            {
                switch (command.Kind)
                {
                    case WalletCommandKind.ClawBack:
                        (paid, bonus) = (paid + command.PaidCredits, bonus + command.BonusCredits);
                        break;
                    case WalletCommandKind.Reinstate:
                        (paid, bonus) = (paid - command.PaidCredits, bonus - command.BonusCredits);
                        break;
                    case WalletCommandKind.Freeze:
                        frozen.Add(command.Reference);
                        break;
                    case WalletCommandKind.Unfreeze:
                        Assert.True(frozen.Remove(command.Reference));
                        break;
                }
            }
        }
    }

    [Theory]
    [InlineData("teleported", "usd", "unknown_status")]
    [InlineData("", "usd", "unknown_status")]
    [InlineData("succeeded", "eur", "foreign_currency")]
    [InlineData("succeeded", "", "foreign_currency")]
    public void What_is_not_understood_changes_nothing_and_is_reported_and_the_others_are_applied(
        string status, string currency, string reason)
    {
        var checkout = NewCheckout(500, 500, 0);
        var known = new StripeReversal { Id = "re_1", Kind = ReversalKind.Refund, AmountCents = 100, Status = "pending" };
        var before = With(checkout, 100);
        var odd = new Reversal("re_1", ReversalKind.Refund, 300, status, currency);

        Assert.Null(ReversalRules.Plan(before, [known], [odd]));
        Assert.Null(ReversalRules.Plan(checkout, [], [odd]));
        var plan = ReversalRules.Plan(before, [known], [odd, new Reversal("re_2", ReversalKind.Refund, 50, "succeeded", "usd")])!;

        Assert.Equal((150, 150), (plan.RefundedCents, plan.ReversedCredits));
        Assert.Equal("re_2", Assert.Single(plan.Changed).Id);
        Assert.Equal(reason, Assert.Single(ReversalRules.Anomalies(checkout, [odd])).Reason);
    }

    [Fact]
    public void An_event_says_what_its_refund_alone_takes_of_paid_and_bonus_credits()
    {
        var checkout = NewCheckout(2_000, 2_000, 200);
        var first = ReversalRules.Plan(checkout, [], [new Reversal("re_1", ReversalKind.Refund, 500, "succeeded", "usd")])!;
        var known = new StripeReversal { Id = "re_1", Kind = ReversalKind.Refund, AmountCents = 500, Status = "succeeded" };
        var second = ReversalRules.Plan(
            With(checkout, first), [known],
            [
                new Reversal("re_1", ReversalKind.Refund, 500, "succeeded", "usd"),
                new Reversal("re_2", ReversalKind.Refund, 700, "succeeded", "usd"),
            ])!;

        Assert.Equal(550, Assert.Single(first.Events).Credits);
        Assert.Equal(770, Assert.Single(second.Events).Credits);
    }

    [Fact]
    public void The_credits_of_an_order_are_taken_once_and_Stripes_refund_takes_its_place()
    {
        var checkout = NewCheckout(500, 500, 50);
        var order = new Reversal(ReversalRules.OrderId("key"), ReversalKind.Order, 200, ReversalRules.OrderTaken, "usd");
        var replaced = order with { Status = ReversalRules.OrderReplaced };

        var taken = ReversalRules.Plan(checkout, [], [order])!;
        Assert.Equal((WalletCommandKind.ClawBack, 200, 20), Only(taken));
        Assert.Equal((CheckoutStatus.Paid, 0, 0), (taken.Status, taken.RefundedCents, taken.Events.Count));

        var known = new StripeReversal { Id = order.Id, Kind = order.Kind, AmountCents = 200, Status = order.Status };
        var refunded = ReversalRules.Plan(
            With(checkout, taken), [known], [new Reversal("re_1", ReversalKind.Refund, 200, "succeeded", "usd"), replaced])!;
        Assert.Empty(refunded.Commands);
        Assert.Equal((200, 200, 20), (refunded.RefundedCents, refunded.ReversedCredits, refunded.ReversedBonusCredits));
        Assert.Equal((PaymentEventType.Refunded, 220), Assert.Single(refunded.Events) is var told ? (told.Type, told.Credits) : default);

        var rejected = ReversalRules.Plan(With(checkout, taken), [known], [replaced])!;
        Assert.Equal((WalletCommandKind.Reinstate, 200, 20), Only(rejected));

        static (WalletCommandKind, long, long) Only(ReversalPlan plan) =>
            Assert.Single(plan.Commands) is var command ? (command.Kind, command.PaidCredits, command.BonusCredits) : default;
    }

    [Theory]
    [InlineData(false, "refund succeeded 499")]
    [InlineData(true, "refund succeeded 500")]
    [InlineData(true, "refund pending 500")]
    [InlineData(true, "refund succeeded 200", "refund pending 300")]
    [InlineData(false, "refund succeeded 200", "refund failed 300")]
    [InlineData(false, "dispute needs_response 500")]
    [InlineData(false, "dispute under_review 500")]
    [InlineData(true, "dispute lost 500")]
    [InlineData(true, "dispute appeal_under_review 500")]
    [InlineData(false, "dispute won 500")]
    [InlineData(true, "refund succeeded 200", "dispute lost 300")]
    [InlineData(false, "refund succeeded 200", "dispute under_review 300")]
    [InlineData(false, "order taken 500")]
    [InlineData(true, "order replaced 500", "refund succeeded 500")]
    public void A_payment_is_wholly_lost_by_refunds_and_lost_disputes_that_reach_it(bool isLost, params string[] reversals)
    {
        var now = reversals.Select((text, index) => text.Split(' ') is [var kind, var status, var cents]
            ? new Reversal(
                $"{kind}_{index}", Enum.Parse<ReversalKind>(kind, ignoreCase: true),
                long.Parse(cents, System.Globalization.CultureInfo.InvariantCulture), status, "usd")
            : throw new ArgumentException(text)).ToList();
        Assert.Equal(isLost, ReversalRules.Plan(NewCheckout(500, 500, 50), [], now)!.IsWhollyLost);
    }

    [Theory]
    [InlineData(100, 0, 300, 300, 30, true)]
    [InlineData(100, 0, 300, 299, 30, false)]
    [InlineData(100, 0, 300, 300, 29, false)]
    [InlineData(0, 200, 300, 500, 50, true)]
    [InlineData(0, 200, 300, 499, 50, false)]
    public void An_orders_credits_are_covered_when_none_of_them_is_spent(
        long refunded, long takenByOthers, long amount, long unspentPaid, long unspentBonus, bool isCovered)
    {
        var checkout = With(NewCheckout(500, 500, 50), refunded);

        Assert.Equal(isCovered, OperatorRefundRules.IsCovered(checkout, takenByOthers, amount, unspentPaid, unspentBonus));
    }

    [Theory]
    [InlineData(0, 0, 0, null, null, "Go 500")]
    [InlineData(200, 0, 0, null, null, "Go 300")]
    [InlineData(200, 300, 0, null, null, "ExceedsPayment 0")]
    [InlineData(0, 100, 401, null, null, "ExceedsPayment 400")]
    [InlineData(0, 0, 0, 500L, 50L, "Go 500")]
    [InlineData(0, 0, 0, 499L, 50L, "CreditsSpent 499")]
    [InlineData(0, 0, 0, 500L, 49L, "CreditsSpent 499")]
    [InlineData(0, 0, 400, 400L, 40L, "Go 400")]
    [InlineData(0, 0, 1, 0L, 50L, "CreditsSpent 0")]
    [InlineData(100, 0, 0, 400L, 40L, "Go 400")]
    public void A_refund_is_at_most_what_is_left_and_unspent(
        long refunded, long pending, long requested, long? unspentPaid, long? unspentBonus, string expected)
    {
        var checkout = With(NewCheckout(500, 500, 50), refunded);

        var decision = OperatorRefundRules.Decide(checkout, pending, requested, unspentPaid, unspentBonus);

        Assert.Equal(expected, decision switch
        {
            OperatorRefundDecision.Go go => $"Go {go.AmountCents}",
            OperatorRefundDecision.ExceedsPayment exceeds => $"ExceedsPayment {exceeds.RefundableCents}",
            OperatorRefundDecision.CreditsSpent spent => $"CreditsSpent {spent.RefundableCents}",
            _ => "?",
        });
    }

    private static bool IsLost(Reversal reversal) =>
        reversal.Status is "pending" or "requires_action" or "succeeded" or "needs_response" or "under_review" or "lost"
            or "appeal_needs_response" or "appeal_under_review";

    private static Checkout NewCheckout(long amount, long credits, long bonus) =>
        new() { Currency = "usd", AmountCents = amount, Credits = credits, BonusCredits = bonus, Status = CheckoutStatus.Paid };

    private static Checkout With(Checkout checkout, ReversalPlan plan) => new()
    {
        Currency = "usd",
        AmountCents = checkout.AmountCents,
        Credits = checkout.Credits,
        BonusCredits = checkout.BonusCredits,
        Status = plan.Status,
        RefundedCents = plan.RefundedCents,
        DisputedCents = plan.DisputedCents,
        ReversedCredits = plan.ReversedCredits,
        ReversedBonusCredits = plan.ReversedBonusCredits,
    };

    private static Checkout With(Checkout checkout, long refunded) => new()
    {
        Currency = "usd",
        AmountCents = checkout.AmountCents,
        Credits = checkout.Credits,
        BonusCredits = checkout.BonusCredits,
        Status = CheckoutStatus.Paid,
        RefundedCents = refunded,
        ReversedCredits = ReversalRules.CreditsFor(checkout.Credits, refunded, checkout.AmountCents),
        ReversedBonusCredits = ReversalRules.CreditsFor(checkout.BonusCredits, refunded, checkout.AmountCents),
    };
}
