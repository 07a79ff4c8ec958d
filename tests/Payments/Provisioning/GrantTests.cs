using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What is paid is given, once, whatever the outside system does.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Fact]
    public async Task A_paid_pack_gives_its_access_to_the_user_whom_the_buyer_named()
    {
        var packs = (await stack.SendAsync(HttpMethod.Get, "/api/packs")).Body.GetProperty("packs");
        Assert.Equal("""[{"name":"The script","duration_days":null}]""", packs[1].GetProperty("grants").GetRawText());
        Assert.False(packs[0].TryGetProperty("grants", out _));
        // In another spelling than the user's own there.
        var paid = await stack.BuyAsync(_user, "script", _name.ToUpperInvariant());

        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal("never", await stack.AccessAsync(ProvisioningStack.Script, _name));
        Assert.Equal(500, await stack.BalanceAsync(_user));
        var grant = Assert.Single(await stack.GrantsAsync(_user));
        Assert.Equal(
            (paid.SessionId, "script", "The script", _name.ToUpperInvariant(), JsonValueKind.Null),
            (grant.GetProperty("session_id").GetString(), grant.GetProperty("pack").GetString(), grant.GetProperty("name").GetString(),
                grant.GetProperty("access_username").GetString(), grant.GetProperty("access_until").ValueKind));
        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{paid.SessionId}", _user);
        Assert.Equal(
            (_name.ToUpperInvariant(), "granted"),
            (topup.Text("access_username"), topup.Body.GetProperty("grants")[0].GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Months_without_credits_follow_each_other_and_one_that_is_refunded_does_not_count()
    {
        var first = await stack.BuyAsync(_user, "month", _name);
        await stack.AccessBecomesAsync(ProvisioningStack.Monthly, _name, ProvisioningStack.InDays(30));
        var another = Guid.NewGuid();
        var second = await stack.BuyAsync(another, "month", _name.ToLowerInvariant());
        await stack.AccessBecomesAsync(ProvisioningStack.Monthly, _name, ProvisioningStack.InDays(60));
        await stack.GrantsBecomeAsync(another, "granted");
        Assert.Equal(0, await stack.BalanceAsync(_user));
        Assert.Empty(await stack.StatementAsync(_user));

        await stack.RefundAsync(first.PaymentIntentId);
        await stack.GrantsBecomeAsync(_user, "revoked");
        await stack.AccessBecomesAsync(ProvisioningStack.Monthly, _name, ProvisioningStack.InDays(30));
        await stack.GrantsBecomeAsync(another, "granted");
        await stack.RefundAsync(second.PaymentIntentId);
        await stack.AccessBecomesAsync(ProvisioningStack.Monthly, _name, null);
    }

    [Fact]
    public async Task What_somebody_has_given_for_longer_stays()
    {
        await stack.AddByHandAsync(ProvisioningStack.Monthly, _name);
        await stack.BuyAsync(_user, "month", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal("never", await stack.AccessAsync(ProvisioningStack.Monthly, _name));
    }

    [Fact]
    public async Task Five_attempts_fail_and_an_operator_gets_a_task_with_everything_that_is_needed()
    {
        Paid paid;
        await using (await stack.AccessFaultAsync("status", "add", times: 1_000, status: 500))
        {
            paid = await stack.BuyAsync(_user, "month", _name);
            await stack.GrantsBecomeAsync(_user, "manual");
            Assert.Equal(5, await stack.StruckAsync());
        }
        Assert.Equal((5, "The outside system answered 500."), (
            await stack.ColumnAsync<int>(_user, "attempts"), await stack.ColumnAsync<string>(_user, "error")));
        Assert.Null(await stack.AccessAsync(ProvisioningStack.Monthly, _name));

        var task = (await stack.Operator.ListGrantsAsync(new() { List = V1.GrantList.Tasks, Limit = 100 })).Grants
            .Single(grant => grant.UserId == _user.ToString());
        Assert.Equal(
            (V1.GrantState.Manual, ProvisioningStack.Monthly, _name, paid.SessionId, "month", true, ProvisioningStack.InDays(30), 5),
            (task.State, task.Product, task.AccessUsername, task.SessionId, task.PackId, task.Wanted,
                ProvisioningStack.DayOf(task.WantedUntil.ToDateTimeOffset()), task.Attempts));

        var complete = new V1.CompleteGrantRequest { GrantId = task.GrantId, IdempotencyKey = $"{_user}", Actor = "ann" };
        await stack.AddByHandAsync(ProvisioningStack.Monthly, _name);
        Assert.Equal(_user.ToString(), (await stack.Operator.CompleteGrantAsync(complete)).UserId);
        Assert.Equal(_user.ToString(), (await stack.Operator.CompleteGrantAsync(complete)).UserId);
        await stack.GrantsBecomeAsync(_user, "granted");
        complete.IdempotencyKey = "another";
        await ProvisioningStack.RejectsAsync("grant_not_manual", () => stack.Operator.CompleteGrantAsync(complete).ResponseAsync);
    }

    [Theory]
    [InlineData("cut_after_effect")]
    [InlineData("status_after_effect")]
    [InlineData("cut")]
    public async Task An_answer_that_was_lost_does_not_fail_the_grant(string kind)
    {
        await using (await stack.AccessFaultAsync(kind, "add", times: 1, status: kind == "status_after_effect" ? 504 : null))
        {
            await stack.BuyAsync(_user, "script", _name);
            await stack.GrantsBecomeAsync(_user, "granted");
        }
        Assert.Equal((2, "never"), (
            await stack.ColumnAsync<int>(_user, "attempts"), await stack.AccessAsync(ProvisioningStack.Script, _name)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_session_that_has_ended_uses_up_no_attempts_and_raises_an_alert(int status)
    {
        using var metrics = new RecordedMetrics(stack.Payments.Services);
        await using (await stack.AccessFaultAsync("status", "list_users", times: 1_000, status: status))
        {
            await stack.BuyAsync(_user, "script", _name);
            await Eventually.IsTrueAsync(async () => await stack.StruckAsync() > 6, "more calls than a grant has attempts");
            await stack.GrantsBecomeAsync(_user, "pending");
            Assert.InRange(await stack.ColumnAsync<int>(_user, "attempts"), 0, 1);
            Assert.Equal(1, (await stack.Operator.GetProvisioningHealthAsync(new())).WaitingForSession);
            Assert.NotEmpty(metrics.Of("payments.grants.session_rejected", ("status", $"{status}")));
        }
        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal(0, (await stack.Operator.GetProvisioningHealthAsync(new())).WaitingForSession);
        Assert.Equal("never", await stack.AccessAsync(ProvisioningStack.Script, _name));
    }

    [Fact]
    public async Task Two_replicas_give_each_access_once_and_both_products_of_a_pack()
    {
        await using var replica = await stack.StartPaymentsAsync();
        var buyers = Enumerable.Range(0, 6).Select(_ => (Id: Guid.NewGuid(), Name: ProvisioningStack.NewName())).ToList();
        await using (await stack.AccessFaultAsync("delay", "add", times: 1_000, delayMs: 200))
        {
            await Task.WhenAll(buyers.Select(buyer => stack.BuyAsync(buyer.Id, "both", buyer.Name)));
            foreach (var (id, name) in buyers)
            {
                await stack.GrantsBecomeAsync(id, "granted", "granted");
                Assert.Equal(
                    ("never", ProvisioningStack.InDays(30)),
                    (await stack.AccessAsync(ProvisioningStack.Script, name), await stack.AccessAsync(ProvisioningStack.Monthly, name)));
            }
            Assert.Equal(2 * buyers.Count, await stack.StruckAsync());
        }
        var users = string.Join("','", buyers.Select(buyer => buyer.Id));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from access_grants where attempts > 1 and user_id in ('{users}')"));
    }

    [Fact]
    public async Task A_replica_that_is_killed_between_the_effect_and_its_commit_loses_nothing_and_gives_nothing_twice()
    {
        await using var paused = await stack.PauseAsync();
        using var replica = await ServiceProcess.StartAsync("Payments", stack.Settings([]));
        await using (await stack.AccessFaultAsync("delay_after_effect", "add", times: 1, delayMs: 8_000))
        {
            await stack.BuyAsync(_user, "script", _name);
            await stack.AccessBecomesAsync(ProvisioningStack.Script, _name, "never");
            await replica.KillAsync();
        }
        Assert.Equal((short)GrantState.Pending, await stack.ColumnAsync<short>(_user, "state"));
        await using var counted = await stack.AccessFaultAsync("delay", "add", times: 1_000, delayMs: 1);
        // Its lease is over.
        await stack.Database.ExecuteAsync($"update access_grants set leased_until = now() where user_id = '{_user}'");
        await paused.DisposeAsync();

        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Equal((2, 0), (await stack.ColumnAsync<int>(_user, "attempts"), await stack.StruckAsync()));
    }

    [Fact]
    public async Task A_name_that_nobody_has_there_is_an_operators_task_at_once_and_needs_no_revocation()
    {
        var paid = await stack.BuyAsync(_user, "script", $"unknown{_name}");
        await stack.GrantsBecomeAsync(_user, "manual");
        Assert.Equal((1, "The outside system has no user of that name."), (
            await stack.ColumnAsync<int>(_user, "attempts"), await stack.ColumnAsync<string>(_user, "error")));
        await stack.RefundAsync(paid.PaymentIntentId);
        await stack.GrantsBecomeAsync(_user, "revoked");
    }

    [Fact]
    public async Task The_health_and_the_metrics_show_what_waits_and_what_failed()
    {
        var observer = (InboxObserver)stack.Payments.Services.GetService(typeof(InboxObserver))!;
        using var metrics = new RecordedMetrics(stack.Payments.Services);
        await stack.BuyAsync(_user, "script", _name);
        await stack.GrantsBecomeAsync(_user, "granted");
        Assert.Single(metrics.Of("payments.grants.attempts", ("action", "grant"), ("result", "done")));
        Assert.Single(metrics.Of("payments.grants.ended", ("action", "grant"), ("result", "granted")));
        var waiting = Guid.NewGuid();
        await using (await stack.PauseAsync())
        {
            await stack.BuyAsync(waiting, "script", ProvisioningStack.NewName());
            await stack.Database.ExecuteAsync("update access_grants set updated_at = updated_at - interval '1 hour' where state = 1");
            await observer.ReadAsync(default);
            var health = await stack.Operator.GetProvisioningHealthAsync(new());
            Assert.Equal(("unofficial-api", "manual", 1), (health.Mode, health.FallbackMode, health.Pending));
            Assert.Equal(1, metrics.Gauge("payments.grants.pending"));
            Assert.InRange(metrics.Gauge("payments.grants.oldest_pending_age"), 3_600, 4_000);
            Assert.Equal((double)health.Done / (health.Done + health.GivenUp), metrics.Gauge("payments.grants.success_rate"));
            Assert.True(health.Done > 0 && health.OldestPendingAt is not null, health.ToString());
        }
        // The fault of another test is not for this one.
        await stack.GrantsBecomeAsync(waiting, "granted");
    }
}
