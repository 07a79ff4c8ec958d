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
    public async Task Accounts_tells_what_it_has_given_up_itself()
    {
        var join = Guid.NewGuid();
        await accounts.Database.ExecuteAsync(
            $"""
            insert into mails (mail_id, kind, recipient, about_id, created_at, due_at, attempts, failed_at, last_error)
            select gen_random_uuid(), kind, 'a@example.com', gen_random_uuid(), now(), now(), 3, now(), 'rejected'
            from unnest(array[1, {(int)MailKind.Alert}, {(int)MailKind.Alert}]) as kind;
            insert into wallet_joins (from_user_id, into_user_id, state, attempts, created_at, due_at, ended_at, last_error)
            values ('{join}', gen_random_uuid(), 2, 1, now(), now(), now(), 'balance_limit_exceeded');
            insert into alert_posts (post_id, text, created_at, due_at, attempts, failed_at, last_error)
            select gen_random_uuid(), 't', now(), now(), 10, now(), 'e' from generate_series(1, 2);
            """);
        await accounts.PollAsync();
        var mail = await accounts.Database.ScalarAsync<string>("select mail_id::text from mails where kind = 1");
        // One for all mails of alerts, however many fail.
        Assert.Equal(
            [$"{mail} alerts", "alerts", $"{join}"],
            new[]
            {
                string.Join(' ', (await accounts.OpenAsync(AlertKinds.DeadMail)).Split(' ').OrderBy(subject => subject == "alerts")),
                await accounts.OpenAsync(AlertKinds.DeadAlertPost), await accounts.OpenAsync(AlertKinds.JoinRejected),
            });
        Assert.Equal(4, await accounts.Database.ScalarAsync<long>("select count(*) from alerts"));
    }

    [Fact]
    public async Task Webhooks_that_fail_are_told_until_they_are_sent_again_or_enabled()
    {
        var (gone, paused, delivery) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await accounts.Database.ExecuteAsync(
            $"""
            insert into webhook_endpoints (endpoint_id, url, events, created_at, secret_id, disabled_at, disabled_by) values
                ('{gone}', 'https://example.com/?key=secret', array['payment.credited'], now(), gen_random_uuid(), to_timestamp(7), 1),
                ('{paused}', 'https://example.com/', array['payment.credited'], now(), gen_random_uuid(), now(), 0);
            insert into webhook_events (event_id, type, body, created_at)
            select gen_random_uuid(), 'payment.credited', '', now() from generate_series(1, 2);
            insert into webhook_deliveries (delivery_id, endpoint_id, event_id, created_at, due_at, attempts, failed_at, last_error)
            select '{delivery}'::uuid, '{gone}'::uuid, min(event_id::text)::uuid, now(), now(), 10, now(), 'http_410' from webhook_events
            union all
            select gen_random_uuid(), '{gone}', max(event_id::text)::uuid, now(), now(), 1, null, 'http_500' from webhook_events;
            """);
        await accounts.PollAsync();
        Assert.Equal(
            ($"{delivery}", $"{gone}@7000"),
            (await accounts.OpenAsync(AlertKinds.DeadWebhook), await accounts.OpenAsync(AlertKinds.WebhookDisabled)));
        Assert.Equal(
            $"Delivery {delivery} to the webhook {gone} was given up: http_410, "
            + $"The webhook {gone} was disabled and gets no more events (gone).",
            await accounts.Database.ScalarAsync<string>("select string_agg(text, ', ' order by kind) from alerts"));
        await accounts.Database.ExecuteAsync(
            "update webhook_deliveries set failed_at = null, delivered_at = now(); "
            + "update webhook_endpoints set disabled_at = null, disabled_by = null");
        await accounts.PollAsync();
        Assert.Equal(
            ("", ""), (await accounts.OpenAsync(AlertKinds.DeadWebhook), await accounts.OpenAsync(AlertKinds.WebhookDisabled)));
    }

    [Theory]
    [InlineData("state = 4, ended_at = now()", 0)]
    [InlineData("state = 1", 0)]
    [InlineData("reason = reason", 7)]
    public async Task An_act_that_needs_two_people_is_told_until_it_is_decided_or_expires(string change, int days)
    {
        var (id, now) = (Guid.NewGuid(), accounts.Clock.GetUtcNow());
        // Far from due, so that the worker leaves it alone.
        await accounts.Database.ExecuteAsync(
            $$"""
            insert into approvals (approval_id, state, action, actor_id, reason, amount_cents, request, created_at, expires_at, due_at,
                attempts)
            values ('{{id}}', 0, 'payment_refunded', gen_random_uuid(), 'why', 25000, '{}', '{{now:O}}', '{{now.AddDays(7):O}}',
                '2100-01-01', 0)
            """);
        await accounts.PollAsync();
        Assert.Equal($"{id}", await accounts.OpenAsync(AlertKinds.ApprovalWaiting));
        Assert.Equal(
            $"payment_refunded of 25000 cents waits for a second admin until {now.AddDays(7):d MMMM yyyy, HH:mm} UTC: approval {id}.",
            await accounts.Database.ScalarAsync<string>($"select text from alerts where subject = '{id}'"));
        await accounts.Database.ExecuteAsync($"update approvals set {change} where approval_id = '{id}'");
        accounts.Clock.Advance(TimeSpan.FromDays(days));
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ApprovalWaiting));
        await accounts.Database.ExecuteAsync($"delete from approvals where approval_id = '{id}'");
    }

    [Theory]
    [InlineData(1, 25, "open_jobs", true)]
    [InlineData(1, 23, "open_jobs", false)]
    [InlineData(1, 25, null, false)]
    [InlineData(2, 47, "open_jobs", false)]
    [InlineData(2, 49, "open_jobs", true)]
    public async Task A_deleted_account_that_is_not_erased_for_a_day_is_told(int pass, int hours, string? waitsFor, bool isTold)
    {
        var user = await DeletedAsync(pass, accounts.Clock.GetUtcNow().AddHours(-hours), waitsFor, lateCents: 0);
        await accounts.PollAsync();
        Assert.Equal(isTold ? $"{user}" : "", await accounts.OpenAsync(AlertKinds.DeletionWaiting));
        await accounts.Database.ExecuteAsync("update account_deletions set ended_at = now()");
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.DeletionWaiting));
    }

    [Fact]
    public async Task Credits_of_a_deleted_account_are_told_each_time_that_they_change()
    {
        var user = await DeletedAsync(pass: 2, accounts.Clock.GetUtcNow().AddDays(-30), waitsFor: null, lateCents: 500);
        await accounts.PollAsync();
        Assert.Equal($"{user}@500", await accounts.OpenAsync(AlertKinds.LateCredits));
        await accounts.Database.ExecuteAsync("update account_deletions set late_cents = 700");
        await accounts.PollAsync();
        Assert.Equal($"{user}@700", await accounts.OpenAsync(AlertKinds.LateCredits));
        await accounts.Database.ExecuteAsync("update account_deletions set late_cents = 0");
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.LateCredits));
    }

    [Fact]
    public async Task A_changed_audit_log_is_one_alert_of_all_replicas_until_it_is_restored()
    {
        for (var entry = 0; entry < 3; entry++)
        {
            var user = Guid.NewGuid();
            await accounts.ConfirmAsync(user, await accounts.LinkAsync(user, AccountsFixture.NewEmail()));
        }
        using var one = ActivatorUtilities.CreateInstance<AuditWatch>(accounts.App.Services);
        using var other = ActivatorUtilities.CreateInstance<AuditWatch>(accounts.Other.Services);
        using var later = ActivatorUtilities.CreateInstance<AuditWatch>(accounts.Other.Services);
        await one.CheckAsync(CancellationToken.None);
        await other.CheckAsync(CancellationToken.None);
        var last = await accounts.Database.ScalarAsync<long>("select max(sequence) from audit_entries");
        await accounts.Database.ExecuteAsync(
            $"""
            create table kept as select * from audit_entries;
            alter table audit_entries disable trigger user;
            delete from audit_entries where sequence = {last};
            """);
        // What is left is whole in itself, and who starts now has never seen the entry.
        foreach (var watch in new[] { one, other, later, one, other })
        {
            await watch.CheckAsync(CancellationToken.None);
            Assert.Equal(last, watch.State.FirstBroken);
        }
        await accounts.PollAsync();
        await accounts.PollAsync(accounts.Other);
        await accounts.TellAsync();
        Assert.Equal($"{last}", await accounts.OpenAsync(AlertKinds.AuditLogBroken));
        Assert.Equal("audit_log_broken 1", AlertsFixture.Summary(Assert.Single(await accounts.DigestsAsync())));
        // An entry that was broken besides ends, and the missing one does not.
        await accounts.Database.ExecuteAsync($"insert into audit_findings values ({last - 1}, null, '2020-01-01', '2020-01-01')");
        await later.CheckAsync(CancellationToken.None);
        await accounts.PollAsync();
        Assert.Equal($"{last}", await accounts.OpenAsync(AlertKinds.AuditLogBroken));

        await accounts.Database.ExecuteAsync(
            """
            truncate audit_entries;
            insert into audit_entries select * from kept;
            alter table audit_entries enable trigger user;
            drop table kept;
            """);
        foreach (var watch in new[] { one, other, later })
        {
            await watch.CheckAsync(CancellationToken.None);
            Assert.Null(watch.State.FirstBroken);
        }
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.AuditLogBroken));
    }

    // Far from due, so that the worker leaves it alone.
    private async Task<Guid> DeletedAsync(int pass, DateTimeOffset deletedAt, string? waitsFor, long lateCents)
    {
        var user = Guid.NewGuid();
        await accounts.Database.ExecuteAsync(
            $"""
            insert into account_deletions (user_id, users, forfeit_cents, deleted_at, sessions_ended_at, pass, done_steps, due_at, attempts,
                last_error, late_cents)
            values ('{user}', array['{user}'::uuid], array[0], '{deletedAt:O}', now(), {pass}, 0, 'infinity', 1,
                nullif('{waitsFor}', ''), {lateCents})
            """);
        return user;
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
                .TellAsync(TestContext.Current.CancellationToken);
        });
    }

    private static Task<bool> PollAsync(ServiceApp replica) => AlertsFixture.WithAsync<ConditionPolls, bool>(
        replica, polls => polls.RunAsync("payments", TestContext.Current.CancellationToken));

    private static Task<bool> TellAsync(ServiceApp replica) => AlertsFixture.WithAsync<AlertDigests, bool>(
        replica, digests => digests.TellAsync(TestContext.Current.CancellationToken));

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
