using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary><c>DELETE /api/account</c>, and the erasure that follows.</summary>
public sealed class DeletionTests(DeletionFixture accounts) : IClassFixture<DeletionFixture>
{
    private readonly Guid _guest = Guid.NewGuid();
    private readonly string _email = AccountsFixture.NewEmail();

    // Of a change that is not confirmed.
    private string NewEmail => $"n{_email}";

    [Fact]
    public async Task Credits_are_lost_only_by_naming_how_many_and_open_jobs_have_to_end_first()
    {
        var user = await accounts.SignInAsync(_guest, _email);
        await accounts.CreditAsync(user, 700);
        await accounts.Wallet.PlaceHoldAsync(new PlaceHoldRequest
        {
            UserId = $"{user}",
            IdempotencyKey = "hold",
            JobId = "job",
            AmountCents = 100,
        });
        await RejectedAsync(user, "", 409, "jobs_open");
        await accounts.Wallet.ReleaseHoldAsync(new ReleaseHoldRequest { UserId = $"{user}", IdempotencyKey = "release", JobId = "job" });
        foreach (var query in new[] { "", "?forfeit_cents=699", "?forfeit_cents=0" })
        {
            Assert.Equal(700, (await RejectedAsync(user, query, 409, "credits_left")).GetProperty("balance_cents").GetInt64());
        }
        foreach (var wrong in new[] { "-1", "x", "", "1.0", "99999999999999999999", "700&forfeit_cents=700" })
        {
            await RejectedAsync(user, $"?forfeit_cents={wrong}", 400, "invalid_request");
        }
        accounts.Gate.Close();
        try
        {
            await RejectedAsync(user, "?forfeit_cents=700", 503, "service_unavailable");
        }
        finally
        {
            accounts.Gate.Reopen();
        }
        Assert.Equal((700, false), await accounts.WalletAsync(user));

        Assert.Equal(204, (await accounts.DeleteAsync(user, "?forfeit_cents=700")).Status);
        Assert.Equal(204, (await accounts.DeleteAsync(user)).Status);
    }

    [Fact]
    public async Task A_deleted_person_is_erased_everywhere_and_the_address_begins_anew()
    {
        var user = await accounts.SignInAsync(_guest, _email);
        await accounts.CreditAsync(user, 700);
        await WriteAsync(user);
        Assert.NotEmpty(await WhereAsync(_email));
        Assert.Contains("address_changes.new_email", await WhereAsync(NewEmail));

        Assert.Equal(204, (await accounts.DeleteAsync(user, "?forfeit_cents=700")).Status);

        // At once: only the address of the ticket stays for a day.
        Assert.Equal(["tickets.email"], await WhereAsync(_email));
        Assert.Empty(await WhereAsync("a private matter"));
        Assert.Empty(await WhereAsync("A private matter"));
        Assert.Equal(0, await accounts.CountAsync("passkey_challenges", $"requested_by = '{user}'"));
        Assert.Empty(await WhereAsync(NewEmail));
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(
            async () => await accounts.Rpc().GetAccountAsync(new() { UserId = $"{user}" }))).StatusCode);
        var next = await accounts.SignInAsync(Guid.NewGuid(), _email);
        Assert.NotEqual(user, next);

        await accounts.BeginAsync(user);
        await accounts.BecomesAsync(user, "pass = 2 and done_steps = 0 and last_error is null");
        Assert.Equal((0, true), await accounts.WalletAsync(user));
        Assert.All([accounts.Payments, accounts.Storage, accounts.Jobs], service => Assert.Single(service.Deleted, $"{user}"));
        accounts.Now.Advance(TimeSpan.FromDays(1));
        await accounts.BecomesAsync(user, "ended_at is not null");
        Assert.All([accounts.Payments, accounts.Storage, accounts.Jobs],
            service => Assert.Equal(2, service.Deleted.Count(id => id == $"{user}")));
        Assert.Equal(0, await accounts.CountAsync("tickets", $"user_id = '{user}'"));
        // The new account is another one, and has what it had.
        Assert.Equal(1, await accounts.CountAsync("accounts", $"user_id = '{next}' and email = '{_email}'"));
        Assert.Equal("account_deleted Done " + user, await accounts.Database.ScalarAsync<string>(
            "select action || ' Done ' || subject_id from audit_entries "
            + $"where actor_id = '{user}' and action not in ('signed_in', 'address_change_requested') and state = 1"));
        Assert.Equal(0, await accounts.CountAsync(
            "audit_entries",
            $"actor_id = '{user}' and action in ('signed_in', 'address_change_requested') and client_address is not null"));
        var check = await accounts.Rpc().CheckAuditLogAsync(new());
        Assert.Equal((0, true), (check.FirstBrokenSequence, check.IsComplete));
    }

    [Fact]
    public async Task An_anonymous_user_is_deleted_and_never_becomes_an_account()
    {
        Assert.Equal(204, (await accounts.DeleteAsync(_guest)).Status);

        var token = await accounts.LinkAsync(_guest, _email);
        var (_, body) = await accounts.ConfirmAsync(_guest, token);
        Assert.NotEqual(_guest, body.GetProperty("uid").GetGuid());
        await accounts.SignInAsync(_guest, _email);
        Assert.Equal(0, await accounts.CountAsync("wallet_joins", $"from_user_id = '{_guest}'"));
        Assert.Equal(0, await accounts.CountAsync("accounts", $"user_id = '{_guest}'"));
        await accounts.BeginAsync(_guest);
        await accounts.BecomesAsync(_guest, "pass = 2");
        Assert.Equal((0, true), await accounts.WalletAsync(_guest));
    }

    [Fact]
    public async Task A_joined_user_is_deleted_with_the_account_and_cannot_delete_it()
    {
        var account = await accounts.SignInAsync(Guid.NewGuid(), _email);
        await accounts.CreditAsync(_guest, 50);
        await accounts.SignInAsync(_guest, _email);
        await Eventually.IsTrueAsync(
            async () => await accounts.CountAsync("wallet_joins", $"from_user_id = '{_guest}' and state = 1") == 1,
            "the wallets are joined");

        await RejectedAsync(_guest, "?forfeit_cents=50", 403, "sign_in_required");
        await RejectedAsync(account, "", 409, "credits_left");
        Assert.Equal(204, (await accounts.DeleteAsync(account, "?forfeit_cents=50")).Status);

        await accounts.BeginAsync(account);
        await accounts.BecomesAsync(account, $"pass = 2 and users = array['{account}', '{_guest}']::uuid[]");
        Assert.Equal((0, true), await accounts.WalletAsync(account));
    }

    [Fact]
    public async Task While_a_wallet_is_being_joined_nothing_is_deleted()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await accounts.Database.ExecuteAsync(
            $"""
            insert into wallet_joins (from_user_id, into_user_id, state, created_at, due_at, attempts)
            values ('{_guest}', '{account}', 0, now(), now() + interval '1 hour', 0)
            """);
        await RejectedAsync(account, "", 503, "service_unavailable");
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        var admin = await accounts.CreateAccountAsync(_email);
        await accounts.Database.ExecuteAsync($"update accounts set role = {(int)Role.Admin} where user_id = '{admin}'");
        await RejectedAsync(admin, "", 409, "last_admin");
        var other = await accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await accounts.Database.ExecuteAsync($"update accounts set role = {(int)Role.Admin} where user_id = '{other}'");

        Assert.Equal(204, (await accounts.DeleteAsync(admin)).Status);

        await RejectedAsync(other, "", 409, "last_admin");
        await accounts.Database.ExecuteAsync($"update accounts set role = 0 where user_id = '{other}'");
    }

    [Fact]
    public async Task Each_step_is_repeated_until_it_is_done_and_waits_for_no_other()
    {
        await accounts.CreditAsync(_guest, 30);
        await accounts.DeleteAsync(_guest, "?forfeit_cents=30");
        accounts.Payments.Failure = RpcErrors.Reject(StatusCode.Internal, "internal_error", "The failure was logged.");
        accounts.Jobs.WaitsFor = "open_jobs";
        try
        {
            await accounts.BeginAsync(_guest);
            await accounts.BecomesAsync(
                _guest,
                $"pass = 1 and attempts > 1 and done_steps = {(int)(DeletionSteps.Files | DeletionSteps.Credits | DeletionSteps.Rows)} "
                + "and last_error like 'Jobs: open_jobs; Payments: Internal:%'");
            Assert.Equal((0, true), await accounts.WalletAsync(_guest));
            await accounts.Database.ExecuteAsync(
                $"update account_deletions set attempts = {DeletionWorker.AttemptsBetweenAlarms - 1}, due_at = now(), leased_until = null "
                + $"where user_id = '{_guest}'");
            await Eventually.IsTrueAsync(
                () => Task.FromResult(accounts.Logs.Lines.Any(line => line.StartsWith("Error", StringComparison.Ordinal)
                    && line.Contains($"{_guest}", StringComparison.Ordinal) && line.Contains("open_jobs", StringComparison.Ordinal))),
                "the wait is logged");
        }
        finally
        {
            (accounts.Payments.Failure, accounts.Jobs.WaitsFor) = (null, "");
        }
        await accounts.Database.ExecuteAsync($"update account_deletions set due_at = now() where user_id = '{_guest}'");
        await accounts.BecomesAsync(_guest, "pass = 2 and last_error is null");
        Assert.Single(accounts.Storage.Deleted, $"{_guest}");
    }

    [Fact]
    public async Task Of_concurrent_requests_at_two_replicas_one_deletes_and_a_dead_replicas_erasure_is_taken_over()
    {
        await using var replica = await accounts.StartAsync();
        await accounts.CreditAsync(_guest, 30);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => accounts.DeleteAsync(_guest, "?forfeit_cents=30", i % 2 == 0 ? replica : null)));

        Assert.All(answers, answer => Assert.Equal(204, answer.Status));
        Assert.Equal(1, await accounts.CountAsync("audit_entries", $"subject_id = '{_guest}' and action = 'account_deleted'"));
        // As a process leaves it that has died in the middle.
        await accounts.Wallet.ForfeitCreditsAsync(new ForfeitCreditsRequest
        {
            UserId = $"{_guest}",
            IdempotencyKey = DeletionWorker.IdempotencyKey,
            LimitCents = 30,
        });
        await accounts.Database.ExecuteAsync(
            $"update account_deletions set attempts = 1, leased_until = now() + interval '10 minutes' where user_id = '{_guest}'");
        await accounts.CreditAsync(_guest, 5, "late");
        accounts.Now.Advance(TimeSpan.FromMinutes(11));
        await accounts.BecomesAsync(_guest, "pass = 2 and attempts = 2");
        Assert.Equal((5, true), await accounts.WalletAsync(_guest));
        Assert.Single(accounts.Jobs.Deleted, $"{_guest}");
    }

    [Fact]
    public async Task Credits_that_arrive_later_are_reported_once_and_operators_see_who_is_gone()
    {
        await accounts.DeleteAsync(_guest);
        await accounts.BeginAsync(_guest);
        await accounts.BecomesAsync(_guest, "pass = 2");
        await accounts.CreditAsync(_guest, 90, "late");
        var late = accounts.App.Services.GetRequiredService<LateCredits>();

        await late.FindAsync(CancellationToken.None);
        await late.FindAsync(CancellationToken.None);

        await accounts.BecomesAsync(_guest, "late_cents = 90");
        Assert.Single(accounts.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains($"{_guest}", StringComparison.Ordinal) && line.Contains("90 credits", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/admin/users/{_guest}");
        request.Headers.Add(Operator.HeaderName, "support");
        using var answer = await accounts.App.CreateClient(Guid.NewGuid()).SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.String, body.GetProperty("user").GetProperty("deleted_at").ValueKind);
        Assert.Equal(90, body.GetProperty("wallet").GetProperty("balance_cents").GetInt64());
    }

    [Fact]
    public async Task The_Gateway_is_told_whose_sessions_to_end_until_it_has()
    {
        await accounts.DeleteAsync(_guest);
        Assert.Contains($"{_guest}", (await accounts.Rpc().ListOperatorsAsync(new())).DeletedUserIds);

        await accounts.Rpc().ConfirmSessionsEndedAsync(new() { UserId = $"{_guest}" });
        await accounts.Rpc().ConfirmSessionsEndedAsync(new() { UserId = $"{_guest}" });

        Assert.DoesNotContain($"{_guest}", (await accounts.Rpc().ListOperatorsAsync(new())).DeletedUserIds);
        await accounts.BecomesAsync(_guest, "sessions_ended_at is not null and due_at < deleted_at + interval '30 seconds'");
    }

    private async Task<JsonElement> RejectedAsync(Guid user, string query, int status, string code)
    {
        var (actual, body) = await accounts.DeleteAsync(user, query);
        Assert.Equal((status, code), (actual, body.GetProperty("code").GetString()));
        Assert.Equal(0, await accounts.CountAsync("account_deletions", $"user_id = '{user}'"));
        return body;
    }

    // A row with the person's data in each table.
    private async Task WriteAsync(Guid user)
    {
        var browser = accounts.App.CreateClient(user);
        browser.DefaultRequestHeaders.Add(CallerAddress.HeaderName, "203.0.113.8");
        using var ticket = await browser.PostAsJsonAsync(
            "/api/support", new { subject = "About a private matter", message = "It is a private matter." });
        Assert.Equal(System.Net.HttpStatusCode.Created, ticket.StatusCode);
        using var off = await browser.PutAsJsonAsync("/api/account", new { mail = new { job_finished = false } });
        Assert.True(off.IsSuccessStatusCode);
        using var address = await browser.PostAsJsonAsync("/api/account/address", new { email = NewEmail });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, address.StatusCode);
        await accounts.Database.ExecuteAsync(
            $"""
            insert into account_identities (issuer, subject, user_id, created_at) values ('https://issuer', '{_email}', '{user}', now());
            insert into balance_marks (user_id) values ('{user}') on conflict do nothing;
            insert into held_receipts (payment_id, user_id, details, at)
                values ('pi_{user:N}', '{user}', json_build_object('email', '{_email}'), now());
            insert into dead_feed_events (event_id, feed, sequence, user_id, message, error, attempts, failed_at)
                values (gen_random_uuid(), '{user:N}', 1, '{user}', '\x00', '{_email}', 3, now());
            insert into passkeys (passkey_id, credential_id, user_id, name, public_key, sign_count, created_at)
                values ('{Guid.NewGuid()}', '\x{user:N}', '{user}', 'A private matter''s key', '\x00', 0, now());
            insert into passkey_challenges (challenge, purpose, requested_by, expires_at) values ('\x{user:N}', 0, '{user}', now());
            """);
    }

    // Every text in every table.
    private async Task<List<string>> WhereAsync(string text)
    {
        var columns = (await accounts.Database.ScalarAsync<string>(
            """
            select string_agg(table_name || '.' || column_name, ',' order by table_name, column_name) from information_schema.columns
            where table_schema = 'public' and table_name !~ '^__' and data_type in ('text', 'character varying', 'jsonb')
            """)).Split(',');
        var found = new List<string>();
        foreach (var column in columns.Select(column => column.Split('.')))
        {
            if (await accounts.CountAsync(column[0], $"position('{text}' in {column[1]}::text) > 0") > 0)
            {
                found.Add(string.Join('.', column));
            }
        }
        return found;
    }
}
