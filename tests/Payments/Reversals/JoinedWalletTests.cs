using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>Payments of a user whose wallet was joined into another one, by the words of Stripe.</summary>
[Collection(StackCollection.Name)]
public sealed class JoinedWalletTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _account = Guid.NewGuid();

    [Fact]
    public async Task A_refund_after_a_join_takes_from_the_joined_wallet_and_what_was_spent_is_owed_there()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await stack.SpendAsync(_user, 500);
        await JoinAsync();
        await stack.WalletBecomesAsync(_account, 1_700);

        await stack.RefundAsync(paid.PaymentIntentId);

        await stack.WalletBecomesAsync(_account, 0, owed: 500);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.RowBecomesAsync(paid.SessionId, CheckoutStatus.Refunded);
    }

    [Fact]
    public async Task A_dispute_after_a_join_freezes_the_joined_wallet_until_it_is_won()
    {
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await JoinAsync();

        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_account, 0, frozen: true);
        await stack.CloseAsync(dispute, "won");

        await stack.WalletBecomesAsync(_account, 2_200);
        await stack.PaidAsync(_user, """{"amount_cents":1000}""");
        await stack.WalletBecomesAsync(_account, 3_200);
    }

    private async Task JoinAsync() => await stack.WalletClient.JoinWalletsAsync(new JoinWalletsRequest
    {
        FromUserId = _user.ToString(),
        IntoUserId = _account.ToString(),
        IdempotencyKey = "join",
        Actor = "test",
    });
}
