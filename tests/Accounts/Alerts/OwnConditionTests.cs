using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.Accounts.Tests;

/// <summary>What Accounts finds in its own tables is told, and ends.</summary>
public sealed class OwnConditionTests(AlertsFixture accounts) : IClassFixture<AlertsFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await accounts.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

    [Fact]
    public async Task What_one_replica_finds_in_the_middle_of_the_audit_log_the_others_know_and_what_comes_behind_it_stays()
    {
        for (var entry = 0; entry < 3; entry++)
        {
            var user = Guid.NewGuid();
            await accounts.ConfirmAsync(user, await accounts.LinkAsync(user, AccountsFixture.NewEmail()));
        }
        using var one = ActivatorUtilities.CreateInstance<AuditWatch>(accounts.App.Services);
        using var other = ActivatorUtilities.CreateInstance<AuditWatch>(accounts.Other.Services);
        await one.CheckAsync(CancellationToken.None);
        var last = await accounts.Database.ScalarAsync<long>("select max(sequence) from audit_entries");
        await accounts.Database.ExecuteAsync(
            $"""
            alter table audit_entries disable trigger user;
            update audit_entries set reason = reason || '!' where sequence = {last - 1};
            insert into audit_findings (sequence, found_at, seen_at) values
                ({last - 2}, '2020-01-01', '{accounts.Clock.GetUtcNow().AddYears(1):O}'), ({last + 1}, '2020-01-01', '2020-01-01')
            """);
        // The second one looks at all, and the first one only at what is new, unless others have found something.
        await other.CheckAsync(CancellationToken.None);
        await one.CheckAsync(CancellationToken.None);
        await accounts.PollAsync();
        Assert.Equal(
            ((long?)(last - 2), (long?)(last - 2), $"{last - 2} {last - 1} {last + 1}"),
            (one.State.FirstBroken, other.State.FirstBroken, await accounts.OpenAsync(AlertKinds.AuditLogBroken)));

        await accounts.Database.ExecuteAsync(
            $"""
            update audit_entries set reason = rtrim(reason, '!') where sequence = {last - 1};
            alter table audit_entries enable trigger user;
            update audit_findings set seen_at = '2020-01-01'
            """);
        await one.CheckAsync(CancellationToken.None);
        await accounts.PollAsync();
        Assert.Equal((null, ""), (one.State.FirstBroken, await accounts.OpenAsync(AlertKinds.AuditLogBroken)));
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
}
