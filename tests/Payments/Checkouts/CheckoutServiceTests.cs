using Grpc.Core;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments.Tests;

[Collection(StackCollection.Name)]
public sealed class CheckoutServiceTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    private V1.PaymentsService.PaymentsServiceClient Client => new(stack.Payments.Invoker());

    [Fact]
    public async Task A_checkout_can_be_asked_for_by_another_service()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var open = await Client.GetCheckoutAsync(new() { UserId = _user.ToString(), SessionId = topup.SessionId });
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 2_200);
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
        var paid = await Client.GetCheckoutAsync(new() { UserId = _user.ToString(), SessionId = topup.SessionId });

        Assert.Equal((V1.CheckoutStatus.Open, 2_000, 2_200, ""), (open.Status, open.AmountCents, open.Credits, open.PaymentIntentId));
        Assert.Equal(V1.CheckoutStatus.Paid, paid.Status);
        Assert.StartsWith("pi_", paid.PaymentIntentId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "cs_1")]
    [InlineData("me", "cs_1")]
    [InlineData("11111111-2222-3333-4444-555555555555", "")]
    public async Task Missing_and_malformed_fields_are_rejected(string userId, string sessionId)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetCheckoutAsync(new GetCheckoutRequest { UserId = userId, SessionId = sessionId }).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()));
    }

    [Fact]
    public async Task Another_users_checkout_is_not_found()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetCheckoutAsync(new GetCheckoutRequest
            {
                UserId = Guid.NewGuid()
                .ToString(),
                SessionId = topup.SessionId
            }).ResponseAsync);

        Assert.Equal((StatusCode.NotFound, "checkout_not_found"), (refusal.StatusCode, refusal.ErrorCode()));
    }

    [Fact]
    public async Task Calls_without_a_credential_are_rejected()
    {
        var client = new V1.PaymentsService.PaymentsServiceClient(stack.Payments.Invoker(withCredential: false));

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => client.GetCheckoutAsync(new GetCheckoutRequest { UserId = _user.ToString(), SessionId = "cs_1" }).ResponseAsync);

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }
}
