using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Statuses that Stripe has added: appeals, and unknown ones.</summary>
[Collection(StackCollection.Name)]
public sealed class UnknownStatusTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task An_appealed_dispute_counts_as_lost_until_it_is_won()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.CloseAsync(dispute, "lost");
        await stack.WalletBecomesAsync(_user, 0);

        await stack.AppealAsync(dispute);
        await EventIsDoneAsync(dispute, "appeal_needs_response");
        await stack.WalletBecomesAsync(_user, 0);
        await stack.SetAsync(dispute, new { status = "appeal_under_review" }, "charge.dispute.updated");
        await EventIsDoneAsync(dispute, "appeal_under_review");
        await stack.WalletBecomesAsync(_user, 0);
        await stack.CloseAsync(dispute, "won");

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_dispute_whose_loss_was_missed_and_that_is_appealed_unfreezes_the_wallet()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await using (await stack.FaultAsync("drop_webhook", "charge.dispute.closed", times: 100))
        {
            await stack.CloseAsync(dispute, "lost");
        }

        await stack.AppealAsync(dispute);

        await stack.WalletBecomesAsync(_user, 0);
        Assert.Equal("disputed", await stack.StatusAsync(_user, paid.SessionId));
    }

    [Fact]
    public async Task An_unknown_status_of_a_dispute_changes_no_money_and_keeps_no_refund_waiting()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId, 200);
        await stack.WalletBecomesAsync(_user, 300, frozen: true);

        await stack.SetAsync(dispute, new { status = "arbitration_of_2031" }, "charge.dispute.updated");
        await EventIsDoneAsync(dispute, "arbitration_of_2031");
        await stack.WalletBecomesAsync(_user, 300, frozen: true);
        await stack.RefundAsync(paid.PaymentIntentId, 100);
        await stack.WalletBecomesAsync(_user, 200, frozen: true);
        await stack.CloseAsync(dispute, "won");

        await stack.WalletBecomesAsync(_user, 400);
    }

    [Fact]
    public async Task A_refund_that_begins_with_an_unknown_status_changes_no_money_and_blocks_no_other()
    {
        var paid = await stack.PaidAsync(_user);
        string unknown;
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            unknown = await stack.RefundAsync(paid.PaymentIntentId, 100);
            await stack.SetAsync(unknown, new { status = "teleported" });
        }

        await stack.RefundAsync(paid.PaymentIntentId, 50);
        await stack.WalletBecomesAsync(_user, 450);
        await stack.SetAsync(unknown, new { status = "succeeded" }, "refund.updated");

        await stack.WalletBecomesAsync(_user, 350);
    }

    [Theory]
    [InlineData("payment_status", "half_paid")]
    [InlineData("status", "paused")]
    public async Task An_unknown_status_of_a_session_is_reported_and_credits_nothing(string field, string value)
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.SetAsync(topup.SessionId, new Dictionary<string, string> { [field] = value });
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id))).Status);

        Assert.Equal((EventState.Done, "unknown_status"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(topup.SessionId));
    }

    [Fact]
    public async Task An_unknown_status_of_a_payment_is_reported_and_credits_nothing_until_it_is_known()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        string payment;
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
            payment = (await stack.SessionAsync(topup.SessionId)).PaymentIntentId!;
            await stack.SetAsync(payment, new { status = "requires_telepathy" });
        }
        var id = Stack.NewEventId();

        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));

        Assert.Equal((EventState.Done, "unknown_status"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
        await stack.SetAsync(payment, new { status = "succeeded" });
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
        await stack.WalletBecomesAsync(_user, 500);
    }

    private Task EventIsDoneAsync(string objectId, string status) => Eventually.IsTrueAsync(
        async () => 1 <= await stack.Database.ScalarAsync<long>(
            $"select count(*) from stripe_events where payload like '%{objectId}%' and payload like '%{status}%' and state = 2"),
        $"a handled event of {objectId} with status {status}", TimeSpan.FromSeconds(20));
}
