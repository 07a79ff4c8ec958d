using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>The descriptions of reversals in the statement, and their repetition under the same key.</summary>
[Collection(StackCollection.Name)]
public sealed class DescriptionTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_refund_and_a_won_dispute_are_described()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.RefundAsync(paid.PaymentIntentId, 200);
        await stack.WalletBecomesAsync(_user, 300);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId, 300);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.CloseAsync(dispute, "won");
        await stack.WalletBecomesAsync(_user, 300);

        Assert.Equal(
            ["Reinstated: $5.00 top-up", "Reversed: $5.00 top-up", "Reversed: $5.00 top-up", "Top-up of $5.00"],
            await DescriptionsAsync());
    }

    [Fact]
    public async Task A_command_whose_confirmation_was_lost_is_repeated_with_the_same_text()
    {
        const string text = "As it was planned";
        var paid = await stack.PaidAsync(_user);
        await stack.Database.ExecuteAsync(
            $"""
            insert into wallet_commands (checkout_id, sequence, kind, paid_credits, bonus_credits, reference, planned_at, description)
            select id, 99, 1, 50, 0, '', now(), '{text}' from checkouts where payment_intent_id = '{paid.PaymentIntentId}'
            """);
        var checkoutId = await stack.Database.ScalarAsync<Guid>(
            $"select id from checkouts where payment_intent_id = '{paid.PaymentIntentId}'");
        await stack.WalletClient.ClawBackAsync(new ClawBackRequest
        {
            UserId = _user.ToString(),
            IdempotencyKey = $"reversal:{checkoutId}:99",
            StripePaymentId = paid.PaymentIntentId,
            PaidCents = 50,
            Description = text,
        });

        await stack.ReconcileAsync();

        // The outbox may have taken the command before the reconciler did.
        await Eventually.IsTrueAsync(
            () => stack.Database.ScalarAsync<bool>(
                $"select done_at is not null from wallet_commands where checkout_id = '{checkoutId}'"),
            "the command is done");
        Assert.Equal([text, "Top-up of $5.00"], await DescriptionsAsync());
    }

    private async Task<IEnumerable<string>> DescriptionsAsync()
    {
        var page = await stack.WalletClient.ListEntriesAsync(new ListEntriesRequest { UserId = _user.ToString() });
        return page.Entries.Select(entry => entry.Description);
    }
}
