using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Payments by saved cards whose outcome did not arrive: they are settled, and never made twice.</summary>
[Collection(StackCollection.Name)]
public sealed class AutoTopupRecoveryTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("cut_after_effect", null)]
    [InlineData("cut", null)]
    [InlineData("status_after_effect", 502)]
    public async Task A_payment_whose_answer_is_lost_is_settled_and_not_made_twice(string kind, int? status)
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await using (await stack.FaultAsync(kind, "POST /v1/payment_intents", times: 4, status: status))
        {
            await stack.SpendAsync(_user, 450);
            await stack.BalanceBecomesAsync(_user, 550);
            Assert.NotEqual(0, await stack.StruckAsync());
        }

        await stack.AutoTopupBecomesAsync(_user, "active");
        Assert.Equal(500, await stack.ChargedAsync(_user));
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task A_service_that_dies_between_the_payment_and_its_credit_is_caught_up_by_another()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        // The answer never arrives at the one that asks, and the webhook at none.
        await using var relay = await stack.FaultAsync("drop_webhook", "payment_intent.*", times: 100);
        var charge = await ChargedWithoutAnAnswerAsync();

        await stack.Database.ExecuteAsync($"update auto_topup_charges set next_attempt_at = now() where checkout_id = '{charge}'");

        await stack.BalanceBecomesAsync(_user, 1_000);
        Assert.Equal(500, await stack.ChargedAsync(_user));
        Assert.Equal(2, (await stack.PaymentsAsync(_user)).Count);
    }

    [Fact]
    public async Task The_webhook_credits_what_no_one_waits_for()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);

        await ChargedWithoutAnAnswerAsync();

        await stack.BalanceBecomesAsync(_user, 1_000);
        await stack.AutoTopupBecomesAsync(_user, "active");
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from auto_topup_charges where user_id = '{_user}' and ended_at is null"));
    }

    [Fact]
    public async Task The_reconciler_credits_a_payment_whose_webhook_was_lost()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await using (await stack.FaultAsync("drop_webhook", "payment_intent.*", times: 100))
        {
            await ChargedWithoutAnAnswerAsync();
        }
        Assert.Equal(500, await stack.BalanceAsync(_user));

        Assert.NotEqual(0, (await stack.ReconcileAsync()).Events);

        await stack.BalanceBecomesAsync(_user, 1_000);
    }

    [Fact]
    public async Task Once_Stripe_has_forgotten_the_key_the_payment_is_looked_for_and_no_other_is_made()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await using var lost = await stack.FaultAsync("drop_webhook", "payment_intent.*", times: 100);
        var charge = await ChargedWithoutAnAnswerAsync();
        await OldAsync(charge);
        await stack.BalanceBecomesAsync(_user, 1_000);
        await stack.AutoTopupBecomesAsync(_user, "active");

        // And one that was never made is given up.
        var none = await BeginAsync();
        await OldAsync(none);
        await Eventually.BecomesAsync(
            () => stack.Database.ScalarAsync<string>(
                $"select coalesce(decline_code, '') from auto_topup_charges where checkout_id = '{none}'"),
            code => code == "not_made", "an end");
        Assert.Equal(500, await stack.ChargedAsync(_user));
    }

    [Fact]
    public async Task An_error_that_Stripe_keeps_is_followed_by_a_search_and_then_by_another_key()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await using (await stack.FaultAsync("status", "POST /v1/payment_intents", times: 3, status: 500))
        {
            await stack.SpendAsync(_user, 450);
            await Eventually.BecomesAsync(
                () => stack.Database.ScalarAsync<int>(
                    $"select coalesce(max(stripe_attempt), 0) from auto_topup_charges where user_id = '{_user}'"),
                attempt => attempt == 1, "another key");
            Assert.NotEqual(0, await stack.StruckAsync());
        }
        Assert.Equal("charging", (await stack.AutoTopupAsync(_user)).Text("state"));

        await stack.Database.ExecuteAsync($"update auto_topup_charges set next_attempt_at = now() where user_id = '{_user}'");

        await stack.BalanceBecomesAsync(_user, 550);
        Assert.Equal(500, await stack.ChargedAsync(_user));
    }

    [Fact]
    public async Task While_the_wallet_is_away_the_payment_waits_for_its_credit()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        var charge = await BeginAsync();
        stack.WalletGate.Close();
        try
        {
            await ContinueAsync(charge);
            Assert.Equal("charging", (await stack.AutoTopupAsync(_user)).Text("state"));
            Assert.Equal(500, await stack.ChargedAsync(_user));
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        await stack.BalanceBecomesAsync(_user, 1_000);
        Assert.Equal(500, await stack.ChargedAsync(_user));
    }

    // A purchase that no worker carries out yet.
    private async Task<Guid> BeginAsync()
    {
        await stack.Database.ExecuteAsync(
            $"update auto_topups set lease_id = gen_random_uuid(), leased_until = now() + interval '1 hour', cool_off_until = null "
            + $"where user_id = '{_user}'");
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var rule = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>().AutoTopups.Single(row => row.UserId == _user);
        return (await scope.ServiceProvider.GetRequiredService<AutoTopups>().BeginAsync(rule, CancellationToken.None))!.CheckoutId;
    }

    // As a service that is killed after it has asked Stripe: nothing of the answer is stored, and its lease goes on.
    private async Task<Guid> ChargedWithoutAnAnswerAsync()
    {
        var checkoutId = await BeginAsync();
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>();
        await scope.ServiceProvider.GetRequiredService<StripeApi>().ChargeCardAsync(
            database.AutoTopupCharges.Single(row => row.CheckoutId == checkoutId),
            database.Checkouts.Single(row => row.Id == checkoutId), CancellationToken.None);
        return checkoutId;
    }

    private async Task ContinueAsync(Guid checkoutId)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var charge = scope.ServiceProvider.GetRequiredService<PaymentsDbContext>().AutoTopupCharges
            .Single(row => row.CheckoutId == checkoutId);
        await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().ContinueAsync(charge, CancellationToken.None);
    }

    private Task OldAsync(Guid checkoutId) => stack.Database.ExecuteAsync(
        "update auto_topup_charges set created_at = now() - interval '23 hours', next_attempt_at = now() "
        + $"where checkout_id = '{checkoutId}'");
}
