using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReelBallers.Operations.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>What needs an operator is told once, in few mails, wherever a process dies.</summary>
public sealed class AlertTests(AlertsFixture accounts) : IClassFixture<AlertsFixture>, IAsyncLifetime
{
    private const string Dead = ConditionKinds.DeadPaymentEvent;

    public async ValueTask InitializeAsync() => await accounts.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_condition_is_told_once_and_ends_when_it_is_over()
    {
        accounts.Payments.Says.Set(Dead, "evt_1");
        accounts.Jobs.Says.Set(ConditionKinds.EndpointPaused, "endpoint@1");
        var before = (await accounts.MailsAsync(AccountsFixture.AdminEmail)).Count;
        await accounts.PollAsync();
        Assert.Equal(("evt_1", "endpoint@1"), (await accounts.OpenAsync(Dead), await accounts.OpenAsync(ConditionKinds.EndpointPaused)));
        Assert.Empty(await accounts.DigestsAsync());
        await accounts.TellAsync();
        await accounts.PollAsync();
        await accounts.TellAsync();
        Assert.Equal("dead_payment_event 1, endpoint_paused 1", AlertsFixture.Summary(Assert.Single(await accounts.DigestsAsync())));
        var mail = (await Eventually.BecomesAsync(
            () => accounts.MailsAsync(AccountsFixture.AdminEmail), mails => mails.Count == before + 1, "the mail arrives"))[^1];
        Assert.Equal(
            "2 alerts: Events of payments that were given up, Endpoints that were paused", mail.GetProperty("subject").GetString());
        Assert.Contains("About evt_1.", mail.GetProperty("text").GetString(), StringComparison.Ordinal);

        accounts.Payments.Says.Set(Dead);
        await accounts.PollAsync();
        Assert.Equal(("", "endpoint@1"), (await accounts.OpenAsync(Dead), await accounts.OpenAsync(ConditionKinds.EndpointPaused)));
        // It is dead again.
        accounts.Payments.Says.Set(Dead, "evt_1");
        await accounts.PollAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(30));
        await accounts.AlertAsync();
        var digests = await accounts.DigestsAsync();
        Assert.Equal(("dead_payment_event 1", 1), (AlertsFixture.Summary(digests[^1]), digests[^1].GetProperty("ended").GetInt64()));
        Assert.Equal(2, digests.Count);
    }

    [Fact]
    public async Task A_suppressed_admin_is_told_by_the_webhook_and_by_an_error_in_the_log_each_hour()
    {
        await accounts.Database.ExecuteAsync(
            $"insert into suppressed_addresses (email, reason, suppressed_at) values ('{AccountsFixture.AdminEmail}', 1, now())");
        accounts.Payments.Says.Set(Dead, "evt_1");
        var before = Silences();
        using var worker = ActivatorUtilities.CreateInstance<AlertWorker>(accounts.App.Services);
        foreach (var seconds in new[] { 30, 10, 3589, 1 })
        {
            accounts.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await worker.RunRoundAsync(TestContext.Current.CancellationToken);
            Assert.Equal(seconds == 1 ? 2 : 1, Silences() - before);
        }
        Assert.Empty(await accounts.DigestsAsync());
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>("select count(*) from mails"));
        var text = (await Eventually.BecomesAsync(
            () => Task.FromResult(accounts.Webhook.Texts), texts => texts.Count > 0, "the post arrives"))[0];
        Assert.Contains("No alert is mailed: ADMIN_EMAIL is suppressed (complained).", text, StringComparison.Ordinal);
        Assert.Contains("About evt_1.", text, StringComparison.Ordinal);

        await accounts.Database.ExecuteAsync($"delete from suppressed_addresses where email = '{AccountsFixture.AdminEmail}'");
        accounts.Payments.Says.Set(Dead, "evt_1", "evt_2");
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.AdminSuppressed));
        await accounts.TellAsync();
        Assert.Equal("dead_payment_event 1", AlertsFixture.Summary(Assert.Single(await accounts.DigestsAsync())));
    }

    private int Silences() => accounts.Logs.Lines.Count(
        line => line.Contains("The address of the admin is suppressed (Complained)", StringComparison.Ordinal));

    [Fact]
    public async Task A_storm_is_one_mail_and_one_post()
    {
        accounts.Payments.Says.Set(Dead, [.. Enumerable.Range(0, 1000).Select(number => $"evt_{number}")]);
        accounts.Jobs.Says.Set(ConditionKinds.DeadJobStep, [.. Enumerable.Range(0, 1000).Select(number => $"job_{number}")]);
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(accounts.AlertAsync(), accounts.AlertAsync(accounts.Other));
        accounts.Clock.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => accounts.AlertAsync(number % 2 == 0 ? accounts.App : accounts.Other)));
        await accounts.PollAsync();
        await accounts.TellAsync(accounts.Other);

        var digest = Assert.Single(await accounts.DigestsAsync());
        Assert.Equal("dead_job_step 1000, dead_payment_event 1000", AlertsFixture.Summary(digest));
        Assert.All(digest.GetProperty("groups").EnumerateArray(), group => Assert.Equal(10, group.GetProperty("lines").GetArrayLength()));
        // One of the test before may arrive late.
        var text = Assert.Single(await Eventually.BecomesAsync(
            () => Task.FromResult(accounts.Webhook.Texts.Where(one => one.Contains("job_", StringComparison.Ordinal)).ToList()),
            texts => texts.Count > 0, "the post arrives"));
        Assert.StartsWith("*Steps of jobs that were given up (1000)*\n• About job_0.\n", text, StringComparison.Ordinal);
        Assert.Contains("… and 990 more.\n", text, StringComparison.Ordinal);
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>("select count(*) from alert_posts"));
    }

    [Fact]
    public async Task What_comes_soon_after_a_mail_waits_and_is_told_together()
    {
        accounts.Payments.Says.Set(Dead, "evt_1");
        await accounts.PollAsync();
        await accounts.TellAsync();
        for (var number = 2; number <= 5; number++)
        {
            accounts.Payments.Says.Set(Dead, [.. Enumerable.Range(1, number).Select(one => $"evt_{one}")]);
            await accounts.PollAsync();
        }
        // This one is over before anyone is told.
        accounts.Payments.Says.Set(Dead, "evt_1", "evt_2", "evt_3", "evt_4");
        await accounts.PollAsync();
        Assert.Single(await accounts.DigestsAsync());
        accounts.Clock.Advance(TimeSpan.FromMinutes(30));
        await accounts.AlertAsync(accounts.Other);
        var digests = await accounts.DigestsAsync();
        Assert.Equal(["dead_payment_event 1", "dead_payment_event 4"], digests.Select(AlertsFixture.Summary));
        Assert.Equal(
            ["About evt_5. True", "About evt_4. False", "About evt_3. False", "About evt_2. False"],
            digests[1].GetProperty("groups")[0].GetProperty("lines").EnumerateArray()
                .Select(line => $"{line.GetProperty("text").GetString()} {line.GetProperty("is_over").GetBoolean()}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_loses_no_alert_and_tells_none_twice(bool beforeTheCommit)
    {
        accounts.Payments.Says.Set(Dead, "evt_1");
        await DyingAsync(beforeTheCommit, () => PollAsync(accounts.App));
        Assert.Equal(beforeTheCommit ? "" : "evt_1", await accounts.OpenAsync(Dead));
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        await PollAsync(accounts.Other);
        Assert.Equal("evt_1", await accounts.OpenAsync(Dead));
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        await DyingAsync(beforeTheCommit, () => TellAsync(accounts.App));
        Assert.Equal(beforeTheCommit, await TellAsync(accounts.Other));
        accounts.Clock.Advance(TimeSpan.FromHours(1));
        await accounts.AlertAsync();
        Assert.Equal("dead_payment_event 1", AlertsFixture.Summary(Assert.Single(await accounts.DigestsAsync())));
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>("select count(*) from alerts where told_at is not null"));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_ends_nothing_and_is_told_itself()
    {
        accounts.Payments.Says.Set(Dead, "evt_1");
        await accounts.PollAsync();
        accounts.Payments.Says.Lists.Clear();
        accounts.Payments.Says.Fails = true;
        accounts.Jobs.Says.Set(ConditionKinds.EndpointPaused, "endpoint@1");
        await accounts.PollAsync();
        Assert.Equal(("evt_1", "endpoint@1", ""), (
            await accounts.OpenAsync(Dead), await accounts.OpenAsync(ConditionKinds.EndpointPaused),
            await accounts.OpenAsync(AlertKinds.ServiceSilent)));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        await accounts.PollAsync();
        Assert.Equal(("evt_1", "payments"), (await accounts.OpenAsync(Dead), await accounts.OpenAsync(AlertKinds.ServiceSilent)));
        // A kind that it can say is stored although another one fails.
        accounts.Payments.Says.Set(ConditionKinds.ParkedItem, "item");
        await accounts.PollAsync();
        Assert.Equal(("evt_1", "item"), (await accounts.OpenAsync(Dead), await accounts.OpenAsync(ConditionKinds.ParkedItem)));
        accounts.Payments.Says.Fails = false;
        accounts.Payments.Says.Set(Dead);
        await accounts.PollAsync();
        Assert.Equal(("", ""), (await accounts.OpenAsync(Dead), await accounts.OpenAsync(AlertKinds.ServiceSilent)));
    }

    [Fact]
    public async Task A_list_that_is_cut_off_ends_only_what_it_would_show()
    {
        accounts.Payments.Says.Set(Dead, "new", "between", "old");
        await accounts.PollAsync();
        var list = ConditionsStandIn.State.List(Dead, "newest", "between");
        list.IsComplete = false;
        accounts.Payments.Says.Lists[Dead] = list;
        await accounts.PollAsync();
        Assert.Equal("between newest old", await accounts.OpenAsync(Dead));
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_next_question_is_dropped()
    {
        accounts.Payments.Says.Set(Dead, "evt_1");
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        accounts.Payments.Says.Asked = () =>
        {
            asked.SetResult();
            return answer.Task;
        };
        var slow = accounts.PollAsync();
        await asked.Task;
        accounts.Payments.Says.Asked = () => Task.CompletedTask;
        accounts.Payments.Says.Set(Dead);
        await accounts.PollAsync(accounts.Other);
        answer.SetResult();
        await slow;
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>("select count(*) from alerts"));
    }

    [Fact]
    public async Task What_is_over_and_older_than_a_day_is_told_to_nobody_and_what_is_open_is_told()
    {
        accounts.Payments.Says.Set(Dead, "evt_1", "evt_2");
        await accounts.PollAsync();
        accounts.Payments.Says.Set(Dead, "evt_2");
        accounts.Clock.Advance(TimeSpan.FromDays(2));
        await accounts.AlertAsync();
        Assert.Equal("About evt_2.", Assert.Single(
            (await accounts.DigestsAsync()).Single().GetProperty("groups")[0].GetProperty("lines").EnumerateArray())
            .GetProperty("text").GetString());
    }

    [Fact]
    public async Task With_an_interval_of_days_each_purchase_of_it_is_told()
    {
        var settings = new AlertsOptions { IntervalMinutes = 2 * 24 * 60 };
        accounts.Payments.Says.Set(Dead, "evt_1");
        await accounts.PollAsync();
        Assert.True(await WithSettingsAsync());
        await accounts.Database.ExecuteAsync(
            $"""
            insert into alerts (kind, subject, text, since, created_at, ended_at)
            select '{AlertKinds.Purchase}', hours::text, 'text', at, at, at
            from (select hours, '{accounts.Clock.GetUtcNow():O}'::timestamptz + hours * interval '1 hour' as at
                from unnest(array[1, 47]) as hours) as bought
            """);
        accounts.Clock.Advance(TimeSpan.FromDays(2));
        Assert.True(await WithSettingsAsync());
        Assert.Equal("purchase 2", AlertsFixture.Summary((await accounts.DigestsAsync())[^1]));

        Task<bool> WithSettingsAsync() => AlertsFixture.WithAsync<IServiceProvider, bool>(accounts.App, services =>
        {
            accounts.Clock.Advance(TimeSpan.FromSeconds(10));
            return ActivatorUtilities.CreateInstance<AlertDigests>(services, Options.Create(settings))
                .TellAsync(isAdminSuppressed: false, TestContext.Current.CancellationToken);
        });
    }

    private static Task<bool> PollAsync(ServiceApp replica) => AlertsFixture.WithAsync<ConditionPolls, bool>(
        replica, polls => polls.RunAsync("payments", TestContext.Current.CancellationToken));

    private static Task<bool> TellAsync(ServiceApp replica) => AlertsFixture.WithAsync<AlertDigests, bool>(
        replica, digests => digests.TellAsync(isAdminSuppressed: false, TestContext.Current.CancellationToken));

    // The process dies at the commit.
    private async Task DyingAsync(bool beforeTheCommit, Func<Task> act)
    {
        var struck = accounts.Commits.Struck;
        if (beforeTheCommit)
        {
            accounts.Commits.FailBefore(onlyHere: true);
        }
        else
        {
            accounts.Commits.FailAfter(onlyHere: true);
        }
        await Record.ExceptionAsync(act);
        Assert.Equal(struck + 1, accounts.Commits.Struck);
    }
}
