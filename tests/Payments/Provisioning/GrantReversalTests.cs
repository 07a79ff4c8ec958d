using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Access whose payment is lost is taken back, whenever that happens.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantReversalTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Fact]
    public async Task A_refund_before_anything_was_tried_cancels_the_grant()
    {
        await using (await stack.PauseAsync())
        {
            var paid = await stack.BuyAsync(_user, "script", _name);
            await stack.GrantsBecomeAsync(_user, "pending");
            await stack.RefundAsync(paid.PaymentIntentId);
            await stack.GrantsBecomeAsync(_user, "cancelled");
        }
        // Another grant shows that the queue is worked off again.
        var another = Guid.NewGuid();
        await stack.BuyAsync(another, "script", ProvisioningStack.NewName());
        await stack.GrantsBecomeAsync(another, "granted");
        Assert.Equal((0, null), (
            await stack.ColumnAsync<int>(_user, "attempts"), await stack.AccessAsync(ProvisioningStack.Script, _name)));
        await stack.GrantsBecomeAsync(_user, "cancelled");
    }

    [Fact]
    public async Task A_refund_while_access_is_being_given_takes_it_back_afterwards()
    {
        await using (await stack.AccessFaultAsync("delay", "add", times: 1, delayMs: 4_000))
        {
            var paid = await stack.BuyAsync(_user, "script", _name);
            await Eventually.IsTrueAsync(async () => await stack.StruckAsync() == 1, "the attempt has begun");
            await stack.RefundAsync(paid.PaymentIntentId);
            await stack.GrantsBecomeAsync(_user, "revoking");
            await stack.GrantsBecomeAsync(_user, "revoked");
        }
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Script, _name));
        // The effect of the first attempt would have come by now.
        Assert.Equal(1, await stack.ColumnAsync<int>(_user, "attempts"));
    }

    [Fact]
    public async Task A_full_refund_takes_it_back_and_a_part_of_it_does_not()
    {
        var paid = await stack.BuyAsync(_user, "script", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        await stack.RefundAsync(paid.PaymentIntentId, 899);
        await stack.WalletBecomesAsync(_user, 1);
        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal("never", await stack.AccessAsync(ProvisioningStack.Script, _name));

        var last = await stack.RefundAsync(paid.PaymentIntentId, 1);
        await stack.GrantsBecomeAsync(_user, "revoked");
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Script, _name));

        // The bank of the buyer does not take the money.
        await stack.SetAsync(last, new { status = "failed" }, "refund.failed");
        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal("never", await stack.AccessAsync(ProvisioningStack.Script, _name));
    }

    [Theory]
    [InlineData("lost", "revoked")]
    [InlineData("won", "granted")]
    public async Task A_dispute_takes_it_back_when_it_is_lost(string verdict, string status)
    {
        var paid = await stack.BuyAsync(_user, "month", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Disputed);
        await stack.GrantsBecomeAsync(_user, "granted");
        await stack.CloseAsync(dispute, verdict);
        await stack.HandledAsync(dispute, atLeast: verdict == "won" ? 4 : 3);
        await stack.GrantsBecomeAsync(_user, status);
        Assert.Equal(status == "granted", await stack.AccessAsync(ProvisioningStack.Monthly, _name) is not null);
    }

    [Fact]
    public async Task An_operator_refunds_a_pack_without_credits_and_its_access_ends()
    {
        var paid = await stack.BuyAsync(_user, "month", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        var refund = await stack.Operator.RefundPaymentAsync(
            new() { PaymentIntentId = paid.PaymentIntentId, IdempotencyKey = $"{_user}", Actor = "ann" });
        Assert.Equal(700, refund.RefundedCents);
        await stack.GrantsBecomeAsync(_user, "revoked");
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Monthly, _name));
    }

    [Theory]
    [InlineData("cut_after_effect")]
    [InlineData("status")]
    public async Task A_revocation_is_tried_again_as_well(string kind)
    {
        var paid = await stack.BuyAsync(_user, "script", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        await using (await stack.AccessFaultAsync(kind, "remove", times: 2))
        {
            await stack.RefundAsync(paid.PaymentIntentId);
            await stack.GrantsBecomeAsync(_user, "revoked");
        }
        Assert.Equal((3, null), (
            await stack.ColumnAsync<int>(_user, "attempts"), await stack.AccessAsync(ProvisioningStack.Script, _name)));
    }
}
