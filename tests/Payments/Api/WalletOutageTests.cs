using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What operators are told while the wallet answers and its database does not.</summary>
[Collection(StackCollection.Name)]
public sealed class WalletOutageTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task An_outage_of_the_wallets_database_is_an_outage_of_the_wallet_to_operators()
    {
        var paid = await stack.PaidAsync(_user);
        var disputed = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(disputed.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 500, frozen: true);
        var parked = await ParkedAsync();
        var calls = new Func<Task>[]
        {
            async () => await stack.Operator.RefundPaymentAsync(
                new() { PaymentIntentId = paid.PaymentIntentId, IdempotencyKey = $"{_user}", Actor = "ann" }),
            async () => await stack.Operator.SubmitDisputeEvidenceAsync(new() { DisputeId = dispute, Actor = "ann" }),
            async () => await stack.Operator.RetryParkedItemAsync(new() { Kind = V1.ParkedItemKind.Session, Id = parked }),
        };

        stack.WalletDatabaseGate.Close();
        try
        {
            foreach (var call in calls)
            {
                var refused = stack.WalletDatabaseGate.Refused;
                Assert.Equal((StatusCode.Unavailable, V1.PaymentsErrorCodes.WalletUnavailable), await FailureAsync(call));
                Assert.True(stack.WalletDatabaseGate.Refused > refused);
            }
        }
        finally
        {
            stack.WalletDatabaseGate.Reopen();
        }

        foreach (var call in calls)
        {
            await Eventually.BecomesAsync(() => FailureAsync(call), failure => failure is null, "an end of the outage");
        }
        // The first payment is refunded, the second is in dispute, the third is credited.
        await stack.WalletBecomesAsync(_user, 500, frozen: true);
    }

    // Null: the call succeeds.
    private static async Task<(StatusCode Status, string? Code)?> FailureAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RpcException failure)
        {
            return (failure.StatusCode, failure.ErrorCode());
        }
    }

    // A paid session that was set aside before it was credited.
    private async Task<string> ParkedAsync()
    {
        await using var lost = await stack.FaultAsync("drop_webhook", "", times: 1_000);
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.Database.ExecuteAsync(
            $"insert into parked_items (kind, id, reason, attempts, parked_at) values (1, '{topup.SessionId}', 'failed', 1, now())");
        return topup.SessionId;
    }
}
