using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Refunds by an operator.</summary>
[Collection(StackCollection.Name)]
public sealed class OperatorRefundTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _key = $"refund-{Guid.NewGuid()}";

    [Fact]
    public async Task A_full_refund_returns_the_money_and_takes_the_credits()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");

        var answer = await RefundAsync(paid);

        Assert.Equal((2_000, 2_000, false), (answer.AmountCents, answer.RefundedCents, answer.Replayed));
        await stack.WalletBecomesAsync(_user, 0);
        Assert.Equal(2_000, Assert.Single(await AtStripeAsync(paid)).Amount);
        Assert.Equal("refunded", await stack.StatusAsync(_user, paid.SessionId));
    }

    [Fact]
    public async Task The_same_key_refunds_once_and_another_request_under_it_is_rejected()
    {
        var paid = await stack.PaidAsync(_user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RefundAsync(paid, 200)));

        Assert.Single(answers.Select(answer => answer.RefundId).Distinct());
        Assert.True((await RefundAsync(paid, 200)).Replayed);
        Assert.Equal("idempotency_key_reused", (await RefusalAsync(paid, 201)).ErrorCode());
        Assert.Single(await AtStripeAsync(paid));
        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task Spent_credits_are_refunded_only_by_force()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await stack.SpendAsync(_user, 1_200);

        var refusal = await RefusalAsync(paid, 0);
        Assert.Equal(("credits_spent", StatusCode.FailedPrecondition), (refusal.ErrorCode(), refusal.StatusCode));
        Assert.Empty(await AtStripeAsync(paid));

        var refundable = long.Parse(refusal.Trailers.GetValue("refundable-cents")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("credits_spent", (await RefusalAsync(paid, refundable + 1)).ErrorCode());
        await stack.Operator.RefundPaymentAsync(
            new() { PaymentIntentId = paid.PaymentIntentId, IdempotencyKey = _key + "-forced", Actor = "tests", Force = true });

        await stack.WalletBecomesAsync(_user, 0, owed: 1_200);
    }

    [Fact]
    public async Task Unspent_credits_can_be_refunded_to_the_cent()
    {
        var paid = await stack.PaidAsync(_user, """{"amount_cents":1000}""");
        await stack.SpendAsync(_user, 333);

        Assert.Equal("667", (await RefusalAsync(paid, 0)).Trailers.GetValue("refundable-cents"));
        await RefundAsync(paid, 667);

        await stack.WalletBecomesAsync(_user, 0);
    }

    [Fact]
    public async Task A_refund_cannot_exceed_what_is_left()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.RefundAsync(paid.PaymentIntentId, 300);
        await stack.WalletBecomesAsync(_user, 200);

        var refusal = await RefusalAsync(paid, 201, force: true);

        Assert.Equal(("refund_exceeds_payment", "200"), (refusal.ErrorCode(), refusal.Trailers.GetValue("refundable-cents")));
        await RefundAsync(paid);
        Assert.Equal("refund_exceeds_payment", (await RefusalAsync(paid, 0, key: _key + "-more")).ErrorCode());
    }

    [Fact]
    public async Task Concurrent_refunds_do_not_exceed_the_payment()
    {
        var paid = await stack.PaidAsync(_user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => TryAsync(paid, 200, $"{_key}-{number}")));

        Assert.Equal(2, answers.Count(code => code is null));
        Assert.All(answers, code => Assert.Contains(code, new[] { null, "refund_exceeds_payment", "credits_spent" }));
        await stack.WalletBecomesAsync(_user, 100);
    }

    [Fact]
    public async Task A_refund_that_Stripe_rejects_takes_no_credits_and_stays_rejected()
    {
        var paid = await stack.PaidAsync(_user);
        string dispute;
        await using (await stack.FaultAsync("drop_webhook", "charge.*", times: 100))
        {
            dispute = await stack.DisputeAsync(paid.PaymentIntentId);

            var refusal = await RefusalAsync(paid, 0);

            Assert.Equal(("stripe_rejected", "charge_disputed"), (refusal.ErrorCode(), refusal.Trailers.GetValue("stripe-code")));
            await stack.WalletBecomesAsync(_user, 500);
            await stack.CloseAsync(dispute, "won");
        }
        Assert.Equal("stripe_rejected", (await RefusalAsync(paid, 0)).ErrorCode());
        await RefundAsync(paid, key: _key + "-again");
        await stack.WalletBecomesAsync(_user, 0);
    }

    [Theory]
    [InlineData("cut", 3, 0)]
    [InlineData("status", 3, 500)]
    [InlineData("status", 3, 503)]
    public async Task A_Stripe_that_fails_in_the_middle_refunds_once_in_the_end(string kind, int times, int status)
    {
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("drop_webhook", "charge.refunded", times: 100))
        {
            await using (await stack.FaultAsync(kind, "POST /v1/refunds", times, status == 0 ? null : status))
            {
                var outage = await RefusalAsync(paid, 200);
                Assert.Equal((StatusCode.Unavailable, "stripe_unavailable"), (outage.StatusCode, outage.ErrorCode()));
            }

            await stack.Database.ExecuteAsync($"update operator_refunds set next_attempt_at = now() where id = '{_key}'");
            await Eventually.IsTrueAsync(
                async () => 2 == await stack.Database.ScalarAsync<short>($"select state from operator_refunds where id = '{_key}'"),
                "a refund that is finished by itself");
        }

        Assert.Equal(200, Assert.Single(await AtStripeAsync(paid)).Amount);
        await stack.WalletBecomesAsync(_user, 300);
        Assert.True((await RefundAsync(paid, 200)).Replayed);
    }

    [Fact]
    public async Task A_connection_that_is_cut_after_the_refund_does_not_make_a_second_one()
    {
        var paid = await stack.PaidAsync(_user);
        await using var cut = await stack.FaultAsync("cut_after_effect", "POST /v1/refunds", times: 1);

        await RefundAsync(paid, 200);

        Assert.Equal(200, Assert.Single(await AtStripeAsync(paid)).Amount);
        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task A_wallet_that_is_down_keeps_the_money_until_it_has_taken_the_credits()
    {
        var paid = await stack.PaidAsync(_user);
        // Forced, so that the wallet is not needed for the decision.
        stack.WalletGate.Close();
        try
        {
            var outage = await RefusalAsync(paid, 0, force: true);
            Assert.Equal((StatusCode.Unavailable, "wallet_unavailable"), (outage.StatusCode, outage.ErrorCode()));
            Assert.Empty(await AtStripeAsync(paid));
        }
        finally
        {
            stack.WalletGate.Reopen();
        }
        await stack.Database.ExecuteAsync($"update operator_refunds set next_attempt_at = now() where id = '{_key}'");

        await Eventually.IsTrueAsync(
            async () => 2 == await stack.Database.ScalarAsync<short>($"select state from operator_refunds where id = '{_key}'"),
            "a refund that is finished by itself");
        await stack.WalletBecomesAsync(_user, 0);
        Assert.Single(await AtStripeAsync(paid));
    }

    [Fact]
    public async Task A_death_after_Stripe_refunded_and_long_after_its_key_was_forgotten_refunds_once()
    {
        var paid = await stack.PaidAsync(_user);
        await RefundAsync(paid, 200);
        // The state after Stripe's refund and before it was stored; under the next attempt's key, as if the first were forgotten.
        await stack.Database.ExecuteAsync(
            $"update operator_refunds set state = 1, refund_id = null, stripe_attempt = 7, next_attempt_at = now() where id = '{_key}'");

        await Eventually.IsTrueAsync(
            async () => 2 == await stack.Database.ScalarAsync<short>($"select state from operator_refunds where id = '{_key}'"),
            "a refund that is finished by itself");

        Assert.Single(await AtStripeAsync(paid));
        await stack.WalletBecomesAsync(_user, 300);
    }

    [Theory]
    [InlineData("", "key", 0, "")]
    [InlineData("pi_1", "", 0, "")]
    [InlineData("pi_1", "k\u00e9y", 0, "")]
    [InlineData("pi_1", "key", -1, "")]
    [InlineData("pi_1", "key", 0, "because")]
    public async Task Malformed_requests_are_rejected(string payment, string key, long amount, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.RefundPaymentAsync(
            new() { PaymentIntentId = payment, IdempotencyKey = key, Actor = "tests", AmountCents = amount, Reason = reason }));

        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()));
    }

    [Fact]
    public async Task A_payment_that_is_not_ours_and_a_caller_without_the_credential_are_rejected()
    {
        var unknown = await Assert.ThrowsAsync<RpcException>(
            async () => await stack.Operator.RefundPaymentAsync(
                new() { PaymentIntentId = "pi_none", IdempotencyKey = _key, Actor = "tests" }));
        var stranger = new V1.PaymentsService.PaymentsServiceClient(stack.Payments.Invoker(withCredential: false));
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await stranger.RefundPaymentAsync(new() { PaymentIntentId = "pi_none", IdempotencyKey = _key, Actor = "tests" }));

        Assert.Equal((StatusCode.NotFound, "payment_not_found"), (unknown.StatusCode, unknown.ErrorCode()));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    private async Task<V1.RefundPaymentResponse> RefundAsync(Paid paid, long amount = 0, string? key = null) =>
        await stack.Operator.RefundPaymentAsync(
        Request(paid, amount, false, key), deadline: Soon);

    private V1.RefundPaymentRequest Request(Paid paid, long amount, bool force, string? key) => new()
    {
        PaymentIntentId = paid.PaymentIntentId,
        IdempotencyKey = key ?? _key,
        Actor = "tests",
        AmountCents = amount,
        Force = force,
    };

    private static DateTime Soon => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60);

    private Task<RpcException> RefusalAsync(Paid paid, long amount, bool force = false, string? key = null) =>
        Assert.ThrowsAsync<RpcException>(async () =>
        await stack.Operator.RefundPaymentAsync(
            Request(paid, amount, force, key),
            deadline: Soon));

    private async Task<string?> TryAsync(Paid paid, long amount, string key)
    {
        try
        {
            await RefundAsync(paid, amount, key);
            return null;
        }
        catch (RpcException refusal)
        {
            return refusal.ErrorCode();
        }
    }

    private async Task<IReadOnlyList<Refund>> AtStripeAsync(Paid paid) =>
        [.. await new RefundService(stack.Stripe).ListAsync(new RefundListOptions { PaymentIntent = paid.PaymentIntentId })];
}
