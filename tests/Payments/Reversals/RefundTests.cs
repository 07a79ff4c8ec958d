using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Refunds reported by Stripe: partial, late, duplicate, out of order, and failed.</summary>
[Collection(StackCollection.Name)]
public sealed class RefundTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_refund_takes_the_credits_and_the_bonus_back()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");

        await stack.RefundAsync(paid.PaymentIntentId);

        await stack.WalletBecomesAsync(_user, 0);
        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Refunded);
        Assert.Equal("refunded", await stack.StatusAsync(_user, paid.SessionId));
        Assert.All((await stack.StatementAsync(_user))
            .Take(2), entry => Assert.Equal((EntryReason.Clawback, paid.PaymentIntentId), (entry.Reason, entry.StripePaymentId)));
    }

    [Fact]
    public async Task Refunds_in_parts_add_up_to_the_whole_without_a_rounding_error()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"max"}""");
        foreach (var (part, left) in new[] { (1_001L, 4_200 - 1_001 - 200), (1_001, 4_200 - 2_002 - 400), (1_001, 4_200 - 3_003 - 600),
            (497L, 0) })
        {
            await stack.RefundAsync(paid.PaymentIntentId, part);
            await stack.WalletBecomesAsync(_user, left);
        }

        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Refunded);
        var credits = await stack.WalletClient.GetPaymentCreditsAsync(
            new() { UserId = _user.ToString(), StripePaymentId = paid.PaymentIntentId });
        Assert.Equal((3_500, 700), (credits.PaidClawedBackCents, credits.BonusClawedBackCents));
    }

    [Fact]
    public async Task A_refund_in_part_leaves_the_checkout_paid()
    {
        var paid = await stack.PaidAsync(_user);

        await stack.RefundAsync(paid.PaymentIntentId, 200);

        await stack.WalletBecomesAsync(_user, 300);
        Assert.Equal("paid", await stack.StatusAsync(_user, paid.SessionId));
        var checkout = await stack.Operator.GetCheckoutAsync(new() { UserId = _user.ToString(), SessionId = paid.SessionId });
        Assert.Equal(200, checkout.RefundedCents);
    }

    [Fact]
    public async Task A_refund_of_spent_credits_is_owed_and_the_next_topup_pays_it()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.SpendAsync(_user, 400);

        await stack.RefundAsync(paid.PaymentIntentId);

        await stack.WalletBecomesAsync(_user, 0, owed: 400);
        await stack.PaidAsync(_user, """{"amount_cents":1000}""");
        await stack.WalletBecomesAsync(_user, 600);
    }

    [Fact]
    public async Task Duplicate_refund_events_claw_back_once()
    {
        await using var doubled = await stack.FaultAsync("double_webhook", "charge.*", times: 50);
        var paid = await stack.PaidAsync(_user);
        var refundId = await stack.RefundAsync(paid.PaymentIntentId, 200);
        await stack.WalletBecomesAsync(_user, 300);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => stack.DeliverAsync(number % 2 == 0
            ? RefundEvent(EventTypes.RefundUpdated, refundId, paid.PaymentIntentId)
            : ChargeEvent(EventTypes.ChargeRefunded, paid.PaymentIntentId))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        await stack.WalletBecomesAsync(_user, 300);
        Assert.Equal(1, await WalletCommandsAsync(paid));
    }

    [Fact]
    public async Task A_refund_event_before_the_payment_event_credits_first_and_then_claws_back()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        string paymentId;
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
            paymentId = (await stack.SessionAsync(topup.SessionId)).PaymentIntentId!;
            await stack.RefundAsync(paymentId, 500);
        }

        await stack.WalletBecomesAsync(_user, 1_500 + 150);
        var id = Stack.NewEventId();
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));

        Assert.Equal((EventState.Done, "already_credited"), await stack.EventAsync(id));
        await stack.WalletBecomesAsync(_user, 1_500 + 150);
    }

    [Fact]
    public async Task A_refund_that_fails_later_reinstates_the_credits()
    {
        var paid = await stack.PaidAsync(_user, card: "4000000000005126");
        await stack.RefundAsync(paid.PaymentIntentId, 300);
        await stack.WalletBecomesAsync(_user, 200);

        await stack.WalletBecomesAsync(_user, 500);

        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Paid);
    }

    [Fact]
    public async Task A_refund_on_its_way_counts_at_once_and_once()
    {
        var paid = await stack.PaidAsync(_user, card: "4000000000007726");
        var refundId = await stack.RefundAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0);

        await Eventually.IsTrueAsync(
            async () => "succeeded" == await stack.Database.ScalarAsync<string>(
                $"select status from stripe_reversals where id = '{refundId}'"), "a refund that arrived");

        Assert.Equal(1, await WalletCommandsAsync(paid));
        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Refunded);
    }

    [Fact]
    public async Task A_signed_event_that_claims_a_refund_which_Stripe_does_not_confirm_takes_nothing()
    {
        var paid = await stack.PaidAsync(_user);
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(
            RefundEvent(EventTypes.RefundCreated, "re_invented", paid.PaymentIntentId, id))).Status);

        Assert.Equal((EventState.Done, "already_reversed"), await stack.EventAsync(id));
        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_refund_of_another_application_on_the_same_account_is_ignored()
    {
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(RefundEvent(EventTypes.RefundCreated, "re_theirs", "pi_theirs", id))).Status);

        Assert.Equal((EventState.Done, "not_ours"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task A_wallet_that_is_down_during_a_refund_follows_later_and_once()
    {
        var paid = await stack.PaidAsync(_user);
        stack.WalletGate.Close();
        try
        {
            await stack.RefundAsync(paid.PaymentIntentId, 200);
            await Eventually.IsTrueAsync(async () => 1 == await WalletCommandsAsync(paid), "a command to the wallet");
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        await stack.WalletBecomesAsync(_user, 300);
        Assert.Equal(1, await WalletCommandsAsync(paid));
    }

    [Fact]
    public async Task Concurrent_decisions_are_applied_once()
    {
        var paid = await stack.PaidAsync(_user);
        await using var replica = await stack.StartPaymentsAsync();
        await using var slow = await stack.FaultAsync("delay", "GET /v1/refunds", times: 1_000, delayMs: 300);
        await using var lost = await stack.FaultAsync("drop_webhook", "charge.refunded");
        await stack.RefundAsync(paid.PaymentIntentId, 200);

        await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(_ => stack.DeliverAsync(ChargeEvent(EventTypes.ChargeRefunded, paid.PaymentIntentId))));

        await stack.WalletBecomesAsync(_user, 300);
        Assert.Equal(1, await WalletCommandsAsync(paid));
    }

    internal static string RefundEvent(string type, string refundId, string paymentIntentId, string? id = null) =>
        Event(
            type,
            $$"""
            { "id": "{{refundId}}", "object": "refund", "payment_intent": "{{paymentIntentId}}", "status": "succeeded", "amount": 1 }
            """,
            id);

    private static string ChargeEvent(string type, string paymentIntentId, string? id = null) =>
        Event(type, $$"""{ "id": "ch_1", "object": "charge", "payment_intent": "{{paymentIntentId}}", "amount_refunded": 1 }""", id);

    internal static string Event(string type, string subject, string? id) =>
        $$"""
        { "id": "{{id ?? Stack.NewEventId()}}", "object": "event", "api_version": "2026-10-28.endive", "created": 1700000000,
            "livemode": false,
          "pending_webhooks": 1, "type": "{{type}}", "data": { "object": {{subject}} } }
        """;

    private Task<long> WalletCommandsAsync(Paid paid) => stack.Database.ScalarAsync<long>(
        $"select count(*) from wallet_commands join checkouts on id = checkout_id where payment_intent_id = '{paid.PaymentIntentId}'");
}
