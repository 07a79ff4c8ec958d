using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Automatic top-ups: when they charge, and that they charge once.</summary>
[Collection(StackCollection.Name)]
public sealed class AutoTopupTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_low_balance_is_topped_up_by_the_saved_card()
    {
        var card = await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);

        await stack.SpendAsync(_user, 401);

        await stack.BalanceBecomesAsync(_user, 599);
        var status = await stack.AutoTopupBecomesAsync(_user, "active");
        Assert.Equal(500, status.Number("spent_this_month_cents"));
        var payment = (await stack.PaymentsAsync(_user))[0];
        Assert.Equal((card, 500, "succeeded"), (payment.PaymentMethodId, payment.Amount, payment.Status));
        Assert.Equal(_user.ToString(), payment.Metadata["user_id"]);
        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{payment.Id}", _user);
        Assert.Equal((200, "paid", 500), (topup.Status, topup.Text("status"), topup.Number("credits")));
        Assert.Equal(404, (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{payment.Id}", Guid.NewGuid())).Status);
        Assert.Equal(payment.Id, (await stack.StatementAsync(_user))[0].StripePaymentId);
    }

    [Fact]
    public async Task A_thousand_signals_at_once_charge_once()
    {
        await stack.SaveCardAsync(_user);
        await using var other = await stack.StartPaymentsAsync();
        await stack.TurnOnAsync(_user, threshold: 450);

        // Each spends a credit, which the wallet reports; and each is decided on by a replica of its own accord.
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 64 };
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), atOnce, async (number, token) =>
        {
            if (number < 100)
            {
                await stack.SpendAsync(_user, 1);
            }
            await using var scope = (number % 2 == 0 ? stack.Payments : other).Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<AutoTopups>().SignalAsync([_user], token);
            if (number % 10 == 0)
            {
                await (number % 20 == 0 ? stack.Payments : other).Services.GetRequiredService<AutoTopupWorker>().CheckAsync(token);
            }
        });

        await stack.BalanceBecomesAsync(_user, 900);
        // After everything that was due is decided.
        await stack.Payments.Services.GetRequiredService<AutoTopupWorker>().CheckAsync(CancellationToken.None);
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));
        Assert.Equal(500, await stack.ChargedAsync(_user));
        Assert.Equal(2, (await stack.PaymentsAsync(_user)).Count);
    }

    [Fact]
    public async Task Concurrent_decisions_about_one_lease_or_several_make_one_purchase()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.Database.ExecuteAsync(
            $"update auto_topups set lease_id = gen_random_uuid(), leased_until = now() + interval '1 hour' where user_id = '{_user}'");
        var rule = await RuleAsync();

        var begun = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => BeginAsync(rule)));
        var late = await BeginAsync(new AutoTopupRule
        {
            UserId = _user,
            PackId = "starter",
            AgreedPriceCents = 500,
            Version = rule.Version,
            LeaseId = Guid.NewGuid(),
        });

        Assert.Single(begun, charge => charge is not null);
        Assert.Null(late);
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task The_monthly_cap_holds_across_replicas()
    {
        await stack.SaveCardAsync(_user);
        await using var one = await stack.StartPaymentsAsync();
        await using var two = await stack.StartPaymentsAsync();
        await stack.TurnOnAsync(_user, threshold: 1_000_000, cap: 1_400);
        async Task RaceAsync()
        {
            // Purchases are not stored before all have decided, or wait for the one that decides.
            await using var barrier = await stack.StopPurchasesAsync();
            var checks = Enumerable.Range(0, 20).Select(async number =>
            {
                await stack.Database.ExecuteAsync(
                    $"update auto_topups set cool_off_until = null, next_check_at = now() where user_id = '{_user}'");
                await (number % 2 == 0 ? one : two).Services.GetRequiredService<AutoTopupWorker>().CheckAsync(CancellationToken.None);
            }).ToList();
            await Eventually.IsTrueAsync(
                async () => checks.Count(check => check.IsCompleted) + await stack.WaitingForLocksAsync() >= checks.Count, "20 decisions");
            await barrier.DisposeAsync();
            await Task.WhenAll(checks);
        }

        // With room for two packs, and with none.
        await RaceAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await stack.Database.ExecuteAsync(
                    $"update auto_topups set cool_off_until = null, next_check_at = now() where user_id = '{_user}' and reason is null");
                return (await stack.AutoTopupAsync(_user)).Body.GetProperty("reason").GetString() == "monthly_cap_reached";
            }, "the cap");

        await RaceAsync();

        // Two packs fit and a third does not, whichever replica decides.
        var status = await stack.AutoTopupBecomesAsync(_user, "active", "monthly_cap_reached");
        Assert.Equal(1_000, status.Number("spent_this_month_cents"));
        Assert.Equal(1_000, await stack.ChargedAsync(_user));
        Assert.Equal(1, status.Body.GetProperty("waits_until").GetDateTimeOffset().Day);
        await stack.BalanceBecomesAsync(_user, 1_500);

        await stack.TurnOnAsync(_user, threshold: 1_000_000, cap: 1_500);
        await stack.BalanceBecomesAsync(_user, 2_000);
    }

    [Fact]
    public async Task The_last_months_payments_do_not_count()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user, cap: 500);
        await stack.SpendAsync(_user, 500);
        await stack.BalanceBecomesAsync(_user, 500);
        await stack.Database.ExecuteAsync(
            $"update checkouts set created_at = date_trunc('month', now() at time zone 'utc') at time zone 'utc' - interval '1 second' "
            + $"where user_id = '{_user}' and source = 2");
        await stack.Database.ExecuteAsync($"update auto_topups set cool_off_until = null where user_id = '{_user}'");

        await stack.SpendAsync(_user, 500);

        await stack.BalanceBecomesAsync(_user, 500);
        Assert.Equal(2, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task After_a_payment_the_balance_does_not_count_for_a_while()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 500);
        await stack.BalanceBecomesAsync(_user, 500);

        await stack.SpendAsync(_user, 500);

        // The credits are there before the end of the payment is recorded.
        await Eventually.IsTrueAsync(
            async () => await stack.AutoTopupAsync(_user) is var answer && answer.Text("state") == "active"
                && answer.Body.GetProperty("waits_until").ValueKind == JsonValueKind.String,
            "the next one waits");
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));
        await stack.Database.ExecuteAsync(
            $"update auto_topups set cool_off_until = null, next_check_at = now() where user_id = '{_user}'");
        await stack.BalanceBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_reversed_payment_stops_it_so_that_the_card_is_not_charged_again()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        await stack.BalanceBecomesAsync(_user, 550);
        var payment = (await stack.PaymentsAsync(_user))[0].Id;
        await stack.Database.ExecuteAsync($"update auto_topups set cool_off_until = null where user_id = '{_user}'");

        await stack.RefundAsync(payment);

        await stack.AutoTopupBecomesAsync(_user, "stopped", "payment_reversed");
        await stack.WalletBecomesAsync(_user, 50);
        Assert.Equal(1, await stack.AutoTopupCountAsync(_user));
        Assert.Equal("refunded", (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{payment}", _user)).Text("status"));
    }

    [Fact]
    public async Task Blocked_users_and_users_above_a_limit_are_not_charged()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.Database.ExecuteAsync(
            $"insert into failed_payments (event_id, user_id, failed_at) select 'evt_' || n || '{_user}', '{_user}', now() "
            + "from generate_series(1, 10) n");
        await stack.SpendAsync(_user, 450);
        var limited = await stack.AutoTopupBecomesAsync(_user, "active", "topup_limited");
        Assert.InRange(
            limited.Body.GetProperty("waits_until").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(),
            TimeSpan.FromHours(23), TimeSpan.FromHours(24));

        await stack.Database.ExecuteAsync(
            $"delete from failed_payments where user_id = '{_user}'; "
            + $"insert into topup_blocks (user_id, reference, blocked_at) values ('{_user}', 'dp_1', now()); "
            + $"update auto_topups set cool_off_until = null, next_check_at = now() where user_id = '{_user}'");

        await stack.AutoTopupBecomesAsync(_user, "stopped", "topup_blocked");
        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task A_price_above_the_agreed_one_and_a_pack_that_is_gone_stop_it()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.Database.ExecuteAsync($"update auto_topups set agreed_price_cents = 499 where user_id = '{_user}'");
        await stack.SpendAsync(_user, 450);
        await stack.AutoTopupBecomesAsync(_user, "stopped", "price_changed");

        await stack.Database.ExecuteAsync(
            $"update auto_topups set state = 1, pack_id = 'gone', next_check_at = now() where user_id = '{_user}'");

        await stack.AutoTopupBecomesAsync(_user, "stopped", "pack_unavailable");
        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task A_frozen_wallet_is_not_topped_up_and_charges_can_be_turned_off()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.WalletClient.FreezeAsync(new() { UserId = _user.ToString(), Reference = "test" });
        await stack.Database.ExecuteAsync(
            $"update auto_topups set threshold_cents = 10000, next_check_at = now() where user_id = '{_user}'");
        var worker = stack.Payments.Services.GetRequiredService<AutoTopupWorker>();
        await Eventually.IsTrueAsync(
            () => stack.Database.ScalarAsync<bool>($"select next_check_at > now() from auto_topups where user_id = '{_user}'"), "a check");
        await worker.CheckAsync(CancellationToken.None);
        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));

        await using var off = await stack.StartPaymentsAsync(("AutoTopup:Charges", "off"));
        await using var scope = off.Services.CreateAsyncScope();
        await stack.Database.ExecuteAsync(
            $"update auto_topups set lease_id = gen_random_uuid(), leased_until = now() + interval '1 hour' where user_id = '{_user}'");
        Assert.Null(await scope.ServiceProvider.GetRequiredService<AutoTopups>().BeginAsync(await RuleAsync(), CancellationToken.None));
    }

    private async Task<AutoTopupCharge?> BeginAsync(AutoTopupRule rule)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AutoTopups>().BeginAsync(rule, CancellationToken.None);
    }

    private async Task<AutoTopupRule> RuleAsync()
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return scope.ServiceProvider.GetRequiredService<PaymentsDbContext>().AutoTopups.Single(row => row.UserId == _user);
    }
}
