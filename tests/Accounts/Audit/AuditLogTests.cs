using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.Accounts.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Every sign-in is in a log that cannot be changed unnoticed.</summary>
public sealed class AuditLogTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    [Fact]
    public async Task A_sign_in_is_recorded_with_who_and_from_where_and_a_rejected_one_is_not()
    {
        var (user, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        var token = await accounts.LinkAsync(user, email);
        await accounts.ConfirmAsync(Guid.NewGuid(), token);
        await accounts.ConfirmAsync(user, token, client: "203.0.113.9");
        await accounts.ConfirmAsync(user, token);
        var guest = Guid.NewGuid();
        await accounts.SignInAsync(guest, email);
        Assert.Equal(
            $"signed_in {user} {user} 203.0.113.9 {{\"new_account\":true,\"joined_user\":null}};signed_in {user} {user} - "
                + $"{{\"new_account\":false,\"joined_user\":\"{guest}\"}}",
            await accounts.Database.ScalarAsync<string>(
                $"""
                select string_agg(concat_ws(' ', action, actor_id, subject_id, coalesce(client_address, '-'), after), ';' order by sequence)
                from audit_entries where subject_id = '{user}' and state = 1
                """));
        Assert.DoesNotContain(email, await accounts.Database.ScalarAsync<string>("select string_agg(e::text, '') from audit_entries e"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_of_several_replicas_form_one_chain_without_gaps()
    {
        var users = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        var tokens = await Task.WhenAll(users.Select(user => accounts.LinkAsync(user, AccountsFixture.NewEmail())));
        await using var replica = await accounts.StartAsync();
        await Task.WhenAll(users.Zip(tokens).Select((pair, number) =>
            accounts.ConfirmAsync(pair.First, pair.Second, replica: number % 2 == 0 ? replica : null)));
        Assert.True(await accounts.Database.ScalarAsync<bool>("select count(*) = max(sequence) and min(sequence) = 1 from audit_entries"));
        var whole = await CheckAsync();
        Assert.Equal(0, whole.FirstBrokenSequence);
        Assert.Equal(await accounts.Database.ScalarAsync<long>("select max(sequence) from audit_entries"), whole.LastSequence);
        Assert.True(whole.IsComplete);
        var rest = await CheckAsync(whole.LastSequence - 2);
        Assert.Equal((0, whole.LastSequence, whole.LastHash), (rest.FirstBrokenSequence, rest.LastSequence, rest.LastHash));
        // Rows that the entry claims to follow are missing.
        Assert.Equal(whole.LastSequence + 1, (await CheckAsync(whole.LastSequence + 1)).FirstBrokenSequence);
    }

    [Theory]
    [InlineData("update audit_entries set reason = 'another'")]
    [InlineData("update audit_entries set client_address = null, client_salt = null, reason = 'another'")]
    [InlineData("update audit_entries set client_address = '203.0.113.10'")]
    [InlineData("delete from audit_entries")]
    [InlineData("truncate audit_entries")]
    public async Task The_database_rejects_a_change(string change)
    {
        await SignInAsync();
        var rejected = await Assert.ThrowsAsync<PostgresException>(() => accounts.Database.ExecuteAsync(change));
        Assert.Contains("append-only", rejected.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update audit_entries set reason = 'another' where sequence = @2", 2)]
    [InlineData("update audit_entries set at = at + interval '1 microsecond' where sequence = @2", 2)]
    [InlineData("update audit_entries set actor_id = null where sequence = @2", 2)]
    [InlineData("update audit_entries set state = 2 where sequence = @2", 2)]
    [InlineData("update audit_entries set act_id = gen_random_uuid() where sequence = @2", 2)]
    [InlineData("update audit_entries set after = null where sequence = @2", 2)]
    [InlineData("update audit_entries set target = '' where sequence = @2", 2)]
    [InlineData("update audit_entries set client_address = '203.0.113.10' where sequence = @2", 2)]
    [InlineData("update audit_entries set client_hash = null, client_salt = null, client_address = null where sequence = @2", 2)]
    [InlineData("update audit_entries set reason = 'another' where sequence = @2; update audit_entries e set hash = audit_hash(e)", 3)]
    [InlineData("delete from audit_entries where sequence = @2", 3)]
    [InlineData("delete from audit_entries where sequence = @1", 2)]
    public async Task A_change_in_spite_of_the_triggers_is_found(string change, long found)
    {
        for (var entry = 0; entry < 3; entry++)
        {
            await SignInAsync();
        }
        Assert.Equal(0, (await CheckAsync()).FirstBrokenSequence);
        using var watch = NewWatch();
        using var metrics = new RecordedMetrics(accounts.App.Services);
        // Those of this test are the last three: @1, @2 and @3.
        var before = await accounts.Database.ScalarAsync<long>("select max(sequence) from audit_entries") - 3;
        change = change.Replace("@1", $"{before + 1}", StringComparison.Ordinal).Replace("@2", $"{before + 2}", StringComparison.Ordinal);
        await accounts.Database.ExecuteAsync(
            $"""
            create table kept as select * from audit_entries;
            alter table audit_entries disable trigger user;
            {change};
            """);
        var check = await CheckAsync();
        await watch.CheckAsync(CancellationToken.None);
        var (watched, metric) = (watch.State.FirstBroken, metrics.Gauge("accounts.audit.broken"));
        await accounts.Database.ExecuteAsync(
            """
            truncate audit_entries;
            insert into audit_entries select * from kept;
            alter table audit_entries enable trigger user;
            drop table kept;
            """);
        Assert.Equal(before + found, check.FirstBrokenSequence);
        Assert.Equal(0, (await CheckAsync()).FirstBrokenSequence);
        Assert.Equal((before + found, 1), (watched, metric));
        await watch.CheckAsync(CancellationToken.None);
        Assert.Equal((null, before + 3), (watch.State.FirstBroken, watch.State.LastSequence));
        Assert.Equal((0, 0), (metrics.Gauge("accounts.audit.broken"), metrics.Gauge("accounts.audit.check_age")));
    }

    [Fact]
    public async Task The_log_is_checked_all_the_time_and_a_rewritten_one_is_found_at_once()
    {
        await SignInAsync();
        using var watch = NewWatch();
        await watch.CheckAsync(CancellationToken.None);
        await SignInAsync();
        await watch.CheckAsync(CancellationToken.None);
        var last = await accounts.Database.ScalarAsync<long>("select max(sequence) from audit_entries");
        Assert.Equal((last, null, accounts.Clock.GetUtcNow()), (watch.State.LastSequence, watch.State.FirstBroken, watch.State.CheckedAt));
        // The whole chain is computed anew from a changed entry on, so that it is right in itself.
        await accounts.Database.ExecuteAsync(
            $"""
            create table kept as select * from audit_entries;
            alter table audit_entries disable trigger user;
            update audit_entries set reason = 'another' where sequence = {last};
            update audit_entries e set hash = audit_hash(e) where sequence = {last};
            """);
        Assert.Equal(0, (await CheckAsync()).FirstBrokenSequence);
        await watch.CheckAsync(CancellationToken.None);
        Assert.Equal(last, watch.State.FirstBroken);
        await accounts.Database.ExecuteAsync(
            """
            truncate audit_entries;
            insert into audit_entries select * from kept;
            alter table audit_entries enable trigger user;
            drop table kept;
            """);
        await watch.CheckAsync(CancellationToken.None);
        Assert.Null(watch.State.FirstBroken);
    }

    // Beside that of the service, which checks when the clock says so.
    private AuditWatch NewWatch() => ActivatorUtilities.CreateInstance<AuditWatch>(accounts.App.Services);

    [Fact]
    public async Task Addresses_are_deleted_after_90_days_and_the_chain_stays_whole()
    {
        await SignInAsync();
        accounts.Clock.Advance(TimeSpan.FromDays(89));
        await SignInAsync();
        accounts.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(
            async () =>
            {
                accounts.Clock.Advance(TimeSpan.FromHours(1));
                return await accounts.Database.ScalarAsync<bool>(
                    "select count(*) = 1 and count(*) = count(client_salt) from audit_entries where client_address is not null");
            },
            "the old addresses are deleted");
        Assert.Equal(0, (await CheckAsync()).FirstBrokenSequence);
    }

    private async Task SignInAsync()
    {
        var user = Guid.NewGuid();
        await accounts.ConfirmAsync(user, await accounts.LinkAsync(user, AccountsFixture.NewEmail()), client: "203.0.113.9");
    }

    private async Task<CheckAuditLogResponse> CheckAsync(long after = 0) =>
        await accounts.Rpc().CheckAuditLogAsync(new CheckAuditLogRequest { AfterSequence = after });
}
