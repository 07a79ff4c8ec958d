using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.Payments.Tests;

/// <summary>What was decided for a rule that has changed since, or by a replica that does not hold it any more, has no effect.</summary>
[Collection(StackCollection.Name)]
public sealed class AutoTopupChangeTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("version = version + 1")]
    [InlineData("state = 3")]
    [InlineData("lease_id = gen_random_uuid()")]
    [InlineData("leased_until = now()")]
    [InlineData("cool_off_until = now() + interval '1 hour'")]
    public async Task A_rule_that_has_changed_since_it_was_leased_is_not_charged(string change)
    {
        var rule = await LeasedAsync();
        await SetAsync(change);

        Assert.Null(await BeginAsync(rule));

        Assert.Equal(0, await stack.AutoTopupCountAsync(_user));
    }

    [Fact]
    public async Task A_users_change_outdates_what_was_decided_before_it()
    {
        var old = await LeasedAsync();
        await stack.TurnOnAsync(_user);

        Assert.Null(await BeginAsync(old));
        Assert.Null(await BeginAsync(Gone(old)));
        Assert.Equal("active", (await stack.AutoTopupAsync(_user)).Text("state"));

        Assert.Null(await BeginAsync(Gone(await RuleAsync())));
        Assert.Equal("stopped", (await stack.AutoTopupAsync(_user)).Text("state"));
    }

    [Theory]
    [InlineData("version = version + 1")]
    [InlineData("state = 3, reason = 'payment_reversed'")]
    public async Task A_payment_that_fails_changes_nothing_of_a_rule_that_was_changed_or_has_stopped(string change)
    {
        await LeasedAsync();
        foreach (var consequence in Enum.GetValues<AutoTopupConsequence>())
        {
            await SetAsync("state = 1, reason = null");
            var charge = await BeginAsync(await RuleAsync());
            await SetAsync(change);
            var before = await TextAsync();

            Assert.True(await EndsAsync(ends => ends.FailAsync(
                charge!.CheckoutId, new AutoTopupFailure("code", AutoTopupReasons.CardDeclined, consequence, null), default)));

            Assert.Equal(before, await TextAsync());
        }
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from payment_events where user_id = '{_user}' and type > 6"));
    }

    [Fact]
    public async Task A_payment_ends_once_and_counts_once()
    {
        var charge = await BeginAsync(await LeasedAsync());

        Assert.True(await EndsAsync(ends => ends.FailAsync(charge!.CheckoutId, AutoTopupFailure.NotMade, default)));
        Assert.False(await EndsAsync(ends => ends.FailAsync(charge!.CheckoutId, AutoTopupFailure.NotMade, default)));

        Assert.Equal((1, AutoTopupState.Active), ((await RuleAsync()).Failures, (await RuleAsync()).State));
    }

    [Fact]
    public async Task A_payment_that_succeeds_does_not_hide_why_the_rule_has_stopped()
    {
        var charge = await BeginAsync(await LeasedAsync());
        await SetAsync("state = 3, reason = 'payment_reversed', failures = 1");

        await using var scope = stack.Payments.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().ContinueAsync(charge!, default);

        await stack.BalanceBecomesAsync(_user, 1_000);
        await stack.AutoTopupBecomesAsync(_user, "stopped", "payment_reversed");
    }

    [Fact]
    public async Task A_reversal_leaves_a_rule_alone_that_its_user_has_turned_off()
    {
        await LeasedAsync();
        await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user, """{"enabled":false}""");

        await EndsAsync(async ends =>
        {
            await ends.StopAsync(_user, version: null, AutoTopupReasons.PaymentReversed, default);
            return true;
        });

        await stack.AutoTopupBecomesAsync(_user, "off");
    }

    [Fact]
    public async Task A_leased_rule_is_taken_by_no_other_replica_before_its_lease_is_over()
    {
        var rule = await LeasedAsync();
        await SetAsync("next_check_at = now()");

        Assert.DoesNotContain(await TopupsAsync(topups => topups.TakeDueAsync(200, default)), taken => taken.UserId == _user);
        await TopupsAsync(async topups =>
        {
            await topups.ReleaseAsync(With(rule, Guid.NewGuid(), rule.PackId), default);
            return true;
        });
        Assert.Equal(rule.LeaseId, (await RuleAsync()).LeaseId);

        await SetAsync("leased_until = now()");
        await TestKit.Eventually.IsTrueAsync(
            async () => await RuleAsync() is { LeaseId: null } released && released.NextCheckAt > TimeProvider.System.GetUtcNow(),
            "a look at the balance");
    }

    [Fact]
    public async Task A_payment_that_a_replica_continues_is_continued_by_no_other()
    {
        var charge = (await BeginAsync(await LeasedAsync()))!;
        await stack.Database.ExecuteAsync(
            $"update auto_topup_charges set next_attempt_at = now() where checkout_id = '{charge.CheckoutId}'");

        // The worker may have been first.
        for (var replica = 0; replica < 2; replica++)
        {
            await using var scope = stack.Payments.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<AutoTopupCharges>().TakeDueAsync(100, default);
        }

        Assert.Equal(2, await stack.Database.ScalarAsync<int>(
            $"select attempts from auto_topup_charges where checkout_id = '{charge.CheckoutId}'"));
    }

    [Fact]
    public async Task A_signal_is_for_the_active_rules_of_its_users_and_waits_for_the_end_of_the_pause()
    {
        await LeasedAsync();
        await SetAsync("next_check_at = now() + interval '2 hours', cool_off_until = now() + interval '1 hour'");
        var before = await RuleAsync();
        var (later, pause) = (before.NextCheckAt, before.CoolOffUntil);

        await TopupsAsync(topups => topups.SignalAsync([Guid.NewGuid()], default));
        Assert.Equal(later, (await RuleAsync()).NextCheckAt);
        await TopupsAsync(topups => topups.SignalAsync([_user], default));
        Assert.Equal(pause, (await RuleAsync()).NextCheckAt);
        await SetAsync("cool_off_until = null");
        await TopupsAsync(topups => topups.SignalAsync([_user], default));
        Assert.True((await RuleAsync()).NextCheckAt < pause);

        await SetAsync("state = 4, next_check_at = now() + interval '2 hours'");
        var off = (await RuleAsync()).NextCheckAt;
        await TopupsAsync(topups => topups.SignalAllAsync(default));
        Assert.Equal(off, (await RuleAsync()).NextCheckAt);
    }

    [Fact]
    public async Task A_stream_of_changes_that_begins_is_a_signal_for_all()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user, cap: 500);
        await TestKit.Eventually.IsTrueAsync(
            async () => await RuleAsync() is { LeaseId: null } rule && rule.NextCheckAt > TimeProvider.System.GetUtcNow(), "a first look");
        await SetAsync("threshold_cents = 10000, next_check_at = now() + interval '1 day'");

        await using var replica = await stack.StartPaymentsAsync();

        await stack.BalanceBecomesAsync(_user, 1_000);
    }

    [Fact]
    public async Task Turning_it_off_and_on_does_not_end_the_pause()
    {
        await LeasedAsync();
        await SetAsync("cool_off_until = now() + interval '1 hour'");
        var pause = (await RuleAsync()).CoolOffUntil;

        await stack.SendAsync(HttpMethod.Put, "/api/auto-topup", _user, """{"enabled":false}""");
        await stack.TurnOnAsync(_user);

        Assert.Equal(pause, (await RuleAsync()).CoolOffUntil);
    }

    // A rule that only the test decides about.
    private async Task<AutoTopupRule> LeasedAsync()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await SetAsync("lease_id = gen_random_uuid(), leased_until = now() + interval '1 hour'");
        return await RuleAsync();
    }

    private static AutoTopupRule Gone(AutoTopupRule rule) => With(rule, rule.LeaseId, "gone");

    private static AutoTopupRule With(AutoTopupRule rule, Guid? leaseId, string packId) => new()
    {
        UserId = rule.UserId,
        PackId = packId,
        Version = rule.Version,
        LeaseId = leaseId,
    };

    private Task SetAsync(string change) => stack.Database.ExecuteAsync($"update auto_topups set {change} where user_id = '{_user}'");

    private Task<string> TextAsync() => stack.Database.ScalarAsync<string>($"select a::text from auto_topups a where user_id = '{_user}'");

    private async Task<AutoTopupRule> RuleAsync()
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return scope.ServiceProvider.GetRequiredService<PaymentsDbContext>().AutoTopups.Single(row => row.UserId == _user);
    }

    private Task<AutoTopupCharge?> BeginAsync(AutoTopupRule rule) => TopupsAsync(topups => topups.BeginAsync(rule, default));

    private async Task<T> TopupsAsync<T>(Func<AutoTopups, Task<T>> act)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AutoTopups>());
    }

    private async Task<T> EndsAsync<T>(Func<AutoTopupEnds, Task<T>> act)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AutoTopupEnds>());
    }
}
