using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>An operator's refund takes the credits first, is never given up in error, and ends.</summary>
[Collection(ReconciliationCollection.Name)]
public sealed class RefundOrderTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _key = $"order-{Guid.NewGuid()}";

    [Fact]
    public async Task Credits_cannot_be_spent_while_Stripe_refunds_them()
    {
        var paid = await stack.PaidAsync(_user);
        await using var slow = await stack.FaultAsync("delay", "POST /v1/refunds", times: 1, delayMs: 4_000);
        var refund = RefundAsync(paid);
        await Eventually.IsTrueAsync(async () => await stack.StruckAsync() == 1, "a refund on its way to Stripe");

        var spending = await Record.ExceptionAsync(() => stack.SpendAsync(_user, 500));
        await refund;

        await stack.WalletBecomesAsync(_user, 0);
        Assert.Equal("insufficient_funds", Assert.IsType<RpcException>(spending).ErrorCode());
    }

    [Fact]
    public async Task A_list_of_refunds_that_fails_does_not_reject_the_order()
    {
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("status", "POST /v1/refunds", times: 3, status: 503))
        {
            await Assert.ThrowsAsync<RpcException>(() => RefundAsync(paid, 200));
        }
        await using (await stack.FaultAsync("status", "GET /v1/refunds", times: 1_000, status: 400))
        {
            await DueAsync();
            await Eventually.IsTrueAsync(async () => await stack.StruckAsync() >= 2, "lists that failed");
            Assert.Equal(1, await StateAsync());
        }

        await Eventually.IsTrueAsync(
            async () =>
            {
                await DueAsync();
                return await StateAsync() == 2;
            },
            "a refund that is finished");
        Assert.Single((await new RefundService(stack.Stripe)
            .ListAsync(new RefundListOptions { PaymentIntent = paid.PaymentIntentId })).Data);
        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task An_order_that_never_succeeds_ends_with_the_operator()
    {
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("status", "POST /v1/refunds", times: 10_000, status: 503))
        {
            await Assert.ThrowsAsync<RpcException>(() => RefundAsync(paid, 200));
            await stack.Database.ExecuteAsync(
                $"update operator_refunds set attempts = {RetryDelay.MaxAttempts - 1}, next_attempt_at = now() where id = '{_key}'");
            await Eventually.BecomesAsync(StateAsync, state => state == 4, "a dead order", TimeSpan.FromSeconds(45));
        }

        // The same key tries again.
        await RefundAsync(paid, 200);
        Assert.Equal(2, await StateAsync());
        await stack.WalletBecomesAsync(_user, 300);
    }

    private Task DueAsync() =>
        stack.Database.ExecuteAsync($"update operator_refunds set next_attempt_at = now() where id = '{_key}' and state = 1");

    private Task<short> StateAsync() => stack.Database.ScalarAsync<short>($"select state from operator_refunds where id = '{_key}'");

    private async Task<V1.RefundPaymentResponse> RefundAsync(Paid paid, long amount = 0) => await stack.Operator.RefundPaymentAsync(
        new() { PaymentIntentId = paid.PaymentIntentId, IdempotencyKey = _key, Actor = "tests", AmountCents = amount },
        deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60));
}
