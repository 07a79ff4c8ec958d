using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Amounts in another currency than the checkout's are never taken for our cents.</summary>
[Collection(StackCollection.Name)]
public sealed class ForeignCurrencyTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_session_is_paid_in_our_currency_only()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        Assert.False((await stack.SessionAsync(topup.SessionId)).AdaptivePricing.Enabled);
    }

    [Fact]
    public async Task A_refund_in_another_currency_is_not_netted_and_blocks_no_other()
    {
        var paid = await stack.PaidAsync(_user);
        string foreign;
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            foreign = await stack.RefundAsync(paid.PaymentIntentId, 200);
        }

        await stack.SetAsync(foreign, new { currency = "jpy" }, "refund.updated");
        await stack.HandledAsync(foreign, atLeast: 1);
        await stack.RefundAsync(paid.PaymentIntentId, 50);

        await stack.WalletBecomesAsync(_user, 450);
    }

    [Fact]
    public async Task A_dispute_in_another_currency_is_not_netted()
    {
        var paid = await stack.PaidAsync(_user);
        string foreign;
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            foreign = await stack.DisputeAsync(paid.PaymentIntentId);
        }

        await stack.SetAsync(foreign, new { currency = "eur" }, "charge.dispute.updated");
        await stack.HandledAsync(foreign, atLeast: 1);

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_payment_in_another_currency_than_its_session_is_not_credited()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
            await stack.SetAsync((await stack.SessionAsync(topup.SessionId)).PaymentIntentId!, new { currency = "eur" });
        }
        var id = Stack.NewEventId();

        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));

        Assert.Equal((EventState.Dead, "currency_mismatch"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }
}
