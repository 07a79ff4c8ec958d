using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>What follows when the bank declines a saved card.</summary>
[Collection(StackCollection.Name)]
public sealed class AutoTopupDeclineTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    // Stripe's test cards, and what Stripe's documentation advises for their decline codes.
    [Theory]
    [InlineData("4000000000000002", "generic_decline", "active", "card_declined")]
    [InlineData("4000000000009995", "insufficient_funds", "active", "insufficient_funds")]
    [InlineData("4000000000006975", "card_velocity_exceeded", "active", "insufficient_funds")]
    [InlineData("4000000000000119", "processing_error", "active", "processing_error")]
    [InlineData("4000000000009987", "lost_card", "stopped", "card_declined")]
    [InlineData("4000000000009979", "stolen_card", "stopped", "card_declined")]
    [InlineData("4000000000000069", "expired_card", "stopped", "card_unusable")]
    [InlineData("4000000000000127", "incorrect_cvc", "stopped", "card_unusable")]
    [InlineData("4242424242424241", "incorrect_number", "stopped", "card_unusable")]
    [InlineData("4000002760003184", "authentication_required", "action_required", "authentication_required")]
    public async Task Every_decline_ends_as_Stripe_documents(string number, string code, string state, string reason)
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.SetCardAsync(card, number);
        await stack.TurnOnAsync(_user);

        await stack.SpendAsync(_user, 450);

        await stack.AutoTopupBecomesAsync(_user, state, reason);
        Assert.Equal(code, await stack.Database.ScalarAsync<string>(
            $"select decline_code from auto_topup_charges where user_id = '{_user}'"));
        Assert.Equal(
            CheckoutStatus.Failed, (CheckoutStatus)await stack.Database.ScalarAsync<short>(
                $"select status from checkouts where user_id = '{_user}' and source = 2"));
        Assert.Equal(50, await stack.BalanceAsync(_user));
        Assert.Equal(0, await stack.ChargedAsync(_user));
        Assert.Equal(0, (await stack.AutoTopupAsync(_user)).Number("spent_this_month_cents"));
    }

    [Fact]
    public async Task A_card_that_is_declined_once_it_is_saved_is_declined_twice_and_then_left_alone()
    {
        await stack.SaveCardAsync(_user, "4000000000000341");
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        var first = await stack.AutoTopupBecomesAsync(_user, "active", "card_declined");
        Assert.InRange(
            first.Body.GetProperty("waits_until").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(),
            TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));

        await DueAsync();

        await stack.AutoTopupBecomesAsync(_user, "stopped", "card_declined");
        Assert.Equal(2, await stack.AutoTopupCountAsync(_user));
        await DueAsync();
        await stack.SpendAsync(_user, 1);
        Assert.Equal("stopped", (await stack.AutoTopupAsync(_user)).Text("state"));
        Assert.Equal(2, await stack.AutoTopupCountAsync(_user));
        Assert.Equal(1, await stack.Database.ScalarAsync<long>(
            $"select count(*) from payment_events where user_id = '{_user}' and type = 7 and reference = 'card_declined'"));
    }

    [Fact]
    public async Task A_success_forgets_the_failure_before_it_and_turning_it_on_again_starts_anew()
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.SetCardAsync(card, "4000000000000002");
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        await stack.AutoTopupBecomesAsync(_user, "active", "card_declined");
        await stack.SetCardAsync(card, "4242424242424242");
        await DueAsync();
        await stack.BalanceBecomesAsync(_user, 550);
        await stack.AutoTopupBecomesAsync(_user, "active");

        await stack.SetCardAsync(card, "4000000000009987");
        await stack.SpendAsync(_user, 500);
        await DueAsync();
        await stack.AutoTopupBecomesAsync(_user, "stopped", "card_declined");
        await stack.SetCardAsync(card, "4242424242424242");
        await DueAsync();
        Assert.Equal("stopped", (await stack.AutoTopupAsync(_user)).Text("state"));
        await stack.TurnOnAsync(_user);
        await DueAsync();
        await stack.BalanceBecomesAsync(_user, 550);
    }

    [Fact]
    public async Task A_bank_that_wants_the_user_gets_a_checkout_and_once_it_is_paid_the_rule_goes_on()
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.SetCardAsync(card, "4000002760003184");
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        await stack.AutoTopupBecomesAsync(_user, "action_required", "authentication_required");
        var url = await TestKit.Eventually.BecomesAsync(
            async () => (await stack.AutoTopupAsync(_user)).Body.GetProperty("action_url").GetString(), link => link is not null, "a link");
        Assert.Equal(1, await stack.Database.ScalarAsync<long>(
            $"select count(*) from payment_events where user_id = '{_user}' and type = 8"));
        await stack.SpendAsync(_user, 10);
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));

        await stack.PayByCardAsync(url!);

        await stack.BalanceBecomesAsync(_user, 540);
        var status = await stack.AutoTopupBecomesAsync(_user, "active");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, status.Body.GetProperty("action_url").ValueKind);
        Assert.Equal(0, status.Number("spent_this_month_cents"));
        Assert.Equal(2, (await stack.CardsAsync(_user)).Count);
    }

    [Fact]
    public async Task A_card_that_was_set_up_for_it_needs_no_second_step()
    {
        await stack.SaveCardAsync(_user, "4000002500003155");
        await stack.TurnOnAsync(_user);

        await stack.SpendAsync(_user, 450);

        await stack.BalanceBecomesAsync(_user, 550);
    }

    [Fact]
    public async Task A_checkout_that_expires_stops_the_rule()
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.SetCardAsync(card, "4000002760003184");
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        var session = await TestKit.Eventually.BecomesAsync(
            () => stack.Database.ScalarAsync<string>(
                $"select coalesce((select session_id from checkouts c join auto_topups a on a.action_checkout_id = c.id "
                + $"where a.user_id = '{_user}'), '')"), id => id.Length > 0, "a session");

        await new global::Stripe.Checkout.SessionService(stack.Stripe).ExpireAsync(session);
        await stack.RowBecomesAsync(session, CheckoutStatus.Expired);
        await stack.Database.ExecuteAsync($"update auto_topups set next_check_at = now() where user_id = '{_user}'");

        await stack.AutoTopupBecomesAsync(_user, "stopped", "authentication_required");
    }

    [Fact]
    public async Task Without_its_card_it_stops()
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await new PaymentMethodService(stack.Stripe).DetachAsync(card);

        await stack.SpendAsync(_user, 450);

        await stack.AutoTopupBecomesAsync(_user, "stopped", "card_required");
        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));
    }

    private Task DueAsync() => stack.Database.ExecuteAsync(
        $"update auto_topups set cool_off_until = null, next_check_at = now() where user_id = '{_user}'");
}
