namespace ReelBallers.Payments.Tests;

/// <summary>Payment events say which access was bought, also without credits.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantEventTests(ProvisioningStack stack)
{
    [Theory]
    [InlineData("month", 0, 700, ProvisioningStack.Monthly)]
    [InlineData("script", 500, 900, "The script")]
    [InlineData("both", 0, 1_500, ProvisioningStack.Script, ProvisioningStack.Monthly)]
    [InlineData("starter", 500, 500)]
    public async Task A_payment_and_its_refund_name_the_pack_and_its_access(
        string pack, long credits, long cents, params string[] access)
    {
        var user = Guid.NewGuid();
        var paid = access.Length == 0
            ? await stack.PaidAsync(user, $$"""{"pack":"{{pack}}"}""")
            : await stack.BuyAsync(user, pack, ProvisioningStack.NewName());
        await stack.RefundAsync(paid.PaymentIntentId);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = stack.Operator.WatchPayments(new V1.WatchPaymentsRequest(), cancellationToken: patience.Token);
        var heard = new List<V1.PaymentEvent>();
        while (heard.Count < 2 && await call.ResponseStream.MoveNext(patience.Token))
        {
            if (call.ResponseStream.Current.UserId == $"{user}")
            {
                heard.Add(call.ResponseStream.Current);
            }
        }
        Assert.Equal([V1.PaymentEventType.Credited, V1.PaymentEventType.Refunded], heard.Select(one => one.Type));
        Assert.All(heard, one => Assert.Equal((pack, credits, cents), (one.PackId, one.Credits, one.AmountCents)));
        Assert.All(heard, one => Assert.Equal(access, one.AccessNames));
    }
}
