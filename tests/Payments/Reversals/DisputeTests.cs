using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Disputes, open, won and lost.</summary>
[Collection(StackCollection.Name)]
public sealed class DisputeTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_dispute_freezes_the_wallet_and_claws_back_and_spent_credits_are_owed()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await stack.SpendAsync(_user, 500);

        await stack.DisputeAsync(paid.PaymentIntentId);

        await stack.WalletBecomesAsync(_user, 0, owed: 500, frozen: true);
        Assert.Equal("disputed", await stack.StatusAsync(_user, paid.SessionId));
        await stack.PaidAsync(_user, """{"amount_cents":900}""");
        await stack.WalletBecomesAsync(_user, 400, frozen: true);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => stack.SpendAsync(_user, 1));
        Assert.Equal("wallet_frozen", refusal.ErrorCode());
    }

    [Fact]
    public async Task A_won_dispute_reinstates_the_credits()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await stack.SpendAsync(_user, 500);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, owed: 500, frozen: true);

        await stack.CloseAsync(dispute, "won");

        await stack.WalletBecomesAsync(_user, 1_700);
        await stack.HandledAsync(dispute, atLeast: 4);
        await stack.WalletBecomesAsync(_user, 1_700);
        Assert.Equal("paid", await stack.StatusAsync(_user, paid.SessionId));
    }

    [Fact]
    public async Task A_lost_dispute_keeps_the_credits_and_unfreezes_the_wallet()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.SpendAsync(_user, 100);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, owed: 100, frozen: true);

        await stack.CloseAsync(dispute, "lost");

        await stack.WalletBecomesAsync(_user, 0, owed: 100);
        Assert.Equal("disputed", await stack.StatusAsync(_user, paid.SessionId));
    }

    [Fact]
    public async Task A_dispute_of_a_part_takes_a_part()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");

        await stack.DisputeAsync(paid.PaymentIntentId, 500);

        await stack.WalletBecomesAsync(_user, 1_500 + 150, frozen: true);
    }

    [Fact]
    public async Task A_dispute_after_a_refund_in_part_takes_no_more_than_there_was()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.RefundAsync(paid.PaymentIntentId, 200);
        await stack.WalletBecomesAsync(_user, 300);

        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.CloseAsync(dispute, "won");

        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task An_inquiry_neither_claws_back_nor_freezes()
    {
        var paid = await stack.PaidAsync(_user, card: "4000000000001976");
        var dispute = Assert.Single(await new DisputeService(stack.Stripe)
            .ListAsync(new DisputeListOptions { PaymentIntent = paid.PaymentIntentId }));
        await stack.HandledAsync(dispute.Id, atLeast: 1);

        await stack.WalletBecomesAsync(_user, 500);

        await stack.CloseAsync(dispute.Id, "won");
        await stack.HandledAsync(dispute.Id, atLeast: 2);
        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task The_number_and_order_of_dispute_events_make_no_difference()
    {
        var paid = await stack.PaidAsync(_user);
        string dispute;
        await using (await stack.FaultAsync("drop_webhook", "charge.*", times: 100))
        {
            dispute = await stack.DisputeAsync(paid.PaymentIntentId);
            await stack.CloseAsync(dispute, "won");
        }
        string[] types =
        [
            EventTypes.ChargeDisputeFundsReinstated, EventTypes.ChargeDisputeClosed, EventTypes.ChargeDisputeFundsWithdrawn,
            EventTypes.ChargeDisputeCreated,
        ];

        foreach (var type in types.Concat(types))
        {
            Assert.Equal(200, (await stack.DeliverAsync(DisputeEvent(type, dispute, paid.PaymentIntentId))).Status);
        }

        await stack.WalletBecomesAsync(_user, 500);
        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Paid);
    }

    [Fact]
    public async Task A_late_opening_event_does_not_undo_the_closing()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.CloseAsync(dispute, "won");
        await stack.WalletBecomesAsync(_user, 500);

        foreach (var type in new[] { EventTypes.ChargeDisputeCreated, EventTypes.ChargeDisputeFundsWithdrawn })
        {
            await stack.DeliverAsync(DisputeEvent(type, dispute, paid.PaymentIntentId));
        }

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_wallet_that_is_down_during_a_dispute_freezes_and_pays_later()
    {
        var paid = await stack.PaidAsync(_user);
        stack.WalletGate.Close();
        try
        {
            await stack.DisputeAsync(paid.PaymentIntentId);
            await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Disputed);
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        await stack.WalletBecomesAsync(_user, 0, frozen: true);
    }

    private static string DisputeEvent(string type, string disputeId, string paymentIntentId) => RefundTests.Event(
        type,
        $$"""
        { "id": "{{disputeId}}", "object": "dispute", "payment_intent": "{{paymentIntentId}}", "status": "needs_response", "amount": 1 }
        """,
        null);
}
