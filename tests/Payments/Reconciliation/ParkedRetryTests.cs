using Grpc.Core;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What an operator has tried again of what was set aside is carried out, whatever it is.</summary>
[Collection(StackCollection.Name)]
public sealed class ParkedRetryTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_session_is_credited_once_nothing_contradicts_it_and_stays_set_aside_before()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.Database.ExecuteAsync(
            $"update checkouts set amount_cents = amount_cents + 1 where session_id = '{topup.SessionId}'");
        await using (await stack.FaultAsync("drop_webhook", "", times: 1_000))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        await ParkAsync(ParkedKind.Session, topup.SessionId);

        Assert.False(await RetryAsync(V1.ParkedItemKind.Session, topup.SessionId));
        Assert.Equal((0, 1), (await stack.BalanceAsync(_user), await ParkedAsync(topup.SessionId)));

        await stack.Database.ExecuteAsync(
            $"update checkouts set amount_cents = amount_cents - 1 where session_id = '{topup.SessionId}'");
        Assert.True(await RetryAsync(V1.ParkedItemKind.Session, topup.SessionId));
        Assert.Equal((500, 0), (await stack.BalanceAsync(_user), await ParkedAsync(topup.SessionId)));
    }

    [Fact]
    public async Task A_refund_that_nobody_has_heard_of_is_taken_from_the_wallet()
    {
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("drop_webhook", "", times: 1_000))
        {
            await stack.RefundAsync(paid.PaymentIntentId, 200);
        }
        await ParkAsync(ParkedKind.Payment, paid.PaymentIntentId);

        Assert.True(await RetryAsync(V1.ParkedItemKind.Payment, paid.PaymentIntentId));

        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task A_refund_of_an_operator_that_was_given_up_is_made_once()
    {
        var (paid, key) = (await stack.PaidAsync(_user), $"refund-{_user}");
        await using (await stack.FaultAsync("status", "POST /v1/refunds", times: 100, status: 503))
        {
            await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.RefundPaymentAsync(new()
            {
                PaymentIntentId = paid.PaymentIntentId,
                IdempotencyKey = key,
                Actor = "tests",
                AmountCents = 200,
            }));
            await stack.Database.ExecuteAsync($"update operator_refunds set state = 4, next_attempt_at = '2100-01-01' where id = '{key}'");
        }
        await ParkAsync(ParkedKind.OperatorRefund, key);

        // Its worker carries it out.
        await RetryAsync(V1.ParkedItemKind.OperatorRefund, key);

        await stack.WalletBecomesAsync(_user, 300);
        await Eventually.IsTrueAsync(async () => await ParkedAsync(key) == 0, "it is set aside no more");
        Assert.Equal(200, (await stack.ChargeAsync(paid.PaymentIntentId)).AmountRefunded);
    }

    [Fact]
    public async Task An_automatic_top_up_that_was_given_up_is_paid_once()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        var charge = "";
        await using (await stack.FaultAsync("status", "POST /v1/payment_intents", times: 1_000, status: 503))
        {
            await stack.SpendAsync(_user, 450);
            charge = await Eventually.BecomesAsync(
                () => stack.Database.ScalarAsync<string>(
                    $"select coalesce(max(checkout_id::text), '') from auto_topup_charges where user_id = '{_user}' and error is not null"),
                found => found.Length > 0, "an attempt has failed");
            await stack.Database.ExecuteAsync(
                $"update auto_topup_charges set next_attempt_at = '2100-01-01', attempts = 80 where checkout_id = '{charge}'");
        }
        await ParkAsync(ParkedKind.AutoTopup, charge);

        Assert.True(await RetryAsync(V1.ParkedItemKind.AutoTopup, charge));

        await stack.BalanceBecomesAsync(_user, 550);
        Assert.Equal((500, 0), (await stack.ChargedAsync(_user), await ParkedAsync(charge)));
        // It had all its attempts again.
        Assert.InRange(
            await stack.Database.ScalarAsync<int>($"select attempts from auto_topup_charges where checkout_id = '{charge}'"), 1, 79);
    }

    [Fact]
    public async Task An_item_is_dismissed_by_its_kind_and_id_and_what_is_none_is_not_found()
    {
        var id = $"pi_{_user:N}";
        await ParkAsync(ParkedKind.Payment, id);
        await ParkAsync(ParkedKind.Session, id);
        var unknown = await Assert.ThrowsAsync<RpcException>(
            async () => await stack.Operator.DismissParkedItemAsync(new() { Kind = V1.ParkedItemKind.AutoTopup, Id = id }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        await stack.Operator.DismissParkedItemAsync(new() { Kind = V1.ParkedItemKind.Payment, Id = id });
        Assert.Equal(
            "2", await stack.Database.ScalarAsync<string>(
                $"select string_agg(kind::text, ' ') from parked_items where id = '{id}' and dismissed_at is not null"));
        await stack.Database.ExecuteAsync($"delete from parked_items where id = '{id}'");
    }

    private Task ParkAsync(ParkedKind kind, string id) => stack.Database.ExecuteAsync(
        $"insert into parked_items (kind, id, reason, attempts, parked_at) values ({(int)kind}, '{id}', 'failed', 1, now())");

    private Task<long> ParkedAsync(string id) =>
        stack.Database.ScalarAsync<long>($"select count(*) from parked_items where id = '{id}'");

    private async Task<bool> RetryAsync(V1.ParkedItemKind kind, string id) =>
        (await stack.Operator.RetryParkedItemAsync(new() { Kind = kind, Id = id })).Done;
}
