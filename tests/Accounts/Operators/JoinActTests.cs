using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>An operator joins an anonymous user into an account, as a sign-in would have.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class JoinActTests(OperatorsFixture operators)
{
    private readonly JoinActSteps _steps = new(operators);

    private Guid Guest => _steps.Guest;

    [Fact]
    public async Task The_account_gets_what_the_anonymous_user_has_and_the_log_says_who_did_it()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var (status, body) = await _steps.JoinAsync(account);
        Assert.Equal((200, Guest, account, "pending", 700), (
            status, body.GetProperty("join_id").GetGuid(), body.GetProperty("into").GetGuid(), body.GetProperty("status").GetString(),
            body.GetProperty("amount_cents").GetInt64()));
        await _steps.BecomesAsync($"state = 1 and told_at is not null and act_id = '{ActId(body)}' and actor_id = '{operators.Admin}'");
        Assert.Equal((700, false), await _steps.WalletAsync(account));
        Assert.Equal((0, true), await _steps.WalletAsync(Guest));
        Assert.Equal(
            $"{operators.Admin} operator's act {ActId(body)} operator:{ActId(body)}",
            await operators.WalletDatabase.ScalarAsync<string>(
                $"select concat_ws(' ', actor, reason, idempotency_key) from wallet_joins where user_id = '{Guest}'"));
        Assert.Equal(3, operators.Others.Joined.Count(call => call.FromUserId == $"{Guest}" && call.IntoUserId == $"{account}"));
        Assert.Equal(
            $$"""user_joined 0 {"balance_cents":700,"held_cents":0,"receivable_cents":0,"frozen":false} {"into":"{{account}}"};"""
                + $$"""user_joined 1 - {"join_id":"{{Guest}}","into":"{{account}}","status":"pending","amount_cents":700}""",
            await operators.EntriesAsync(
                $"act_id = '{ActId(body)}' and subject_id = '{Guest}' and target = '{account}' and actor_id = '{operators.Admin}'"));
        // The log of the account shows it, too.
        var log = (await operators.GetAsync($"/api/admin/users/{account}/audit")).Body.GetProperty("entries");
        Assert.Equal([ActId(body), ActId(body)], log.EnumerateArray().Select(ActId));
    }

    [Fact]
    public async Task What_concerns_the_payment_afterwards_acts_on_the_account()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await _steps.JoinAsync(account);
        await _steps.BecomesAsync("state = 1");
        await operators.Wallet.ClawBackAsync(new ClawBackRequest
        {
            UserId = $"{Guest}",
            IdempotencyKey = "refund",
            StripePaymentId = _steps.PaymentId,
            PaidCents = 300,
        });
        Assert.Equal((400, false), await _steps.WalletAsync(account));
        await _steps.CreditAsync(50, "late");
        Assert.Equal((450, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task A_freeze_moves_with_the_credits_and_is_lifted_by_its_name()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var frozen = await operators.ActAsync($"/api/admin/users/{Guest}/freeze", new { reason = "Stolen card." });
        var (status, body) = await _steps.JoinAsync(account);
        Assert.Equal((200, 700), (status, body.GetProperty("amount_cents").GetInt64()));
        await _steps.BecomesAsync("state = 1");
        Assert.Equal((700, true), await _steps.WalletAsync(account));
        var thawed = await operators.ActAsync(
            $"/api/admin/users/{Guest}/thaw", new { freeze_id = frozen.Body.GetProperty("freeze_id").GetString(), reason = "Not stolen." });
        Assert.Equal(200, thawed.Status);
        Assert.Equal((700, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task A_join_waits_until_no_job_holds_credits_and_the_services_do_not()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await _steps.HoldAsync(300);
        var (status, body) = await _steps.JoinAsync(account);
        Assert.Equal((200, 700), (status, body.GetProperty("amount_cents").GetInt64()));
        await _steps.BecomesAsync("state = 0 and attempts > 1 and last_error = 'holds_open' and told_at is not null");
        Assert.Equal((0, false), await _steps.WalletAsync(account));
        await operators.Wallet.SettleHoldAsync(
            new SettleHoldRequest { UserId = $"{Guest}", IdempotencyKey = "settle", JobId = "job", AmountCents = 100 });
        await _steps.BecomesAsync("state = 1");
        Assert.Equal((600, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task A_repetition_gets_the_first_answer_and_another_act_the_state()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var key = $"{Guid.NewGuid()}";
        var (status, body) = await _steps.JoinAsync(account, key);
        await _steps.BecomesAsync("state = 1");
        await using var replica = await operators.Accounts.StartAsync();
        var again = await _steps.JoinAsync(account, key, replica: replica);
        Assert.Equal((200, 200, body.GetRawText()), (status, again.Status, again.Body.GetRawText()));
        var other = await _steps.JoinAsync(account, replica: replica);
        Assert.Equal((200, Guest, "joined", 0), (
            other.Status, other.Body.GetProperty("join_id").GetGuid(), other.Body.GetProperty("status").GetString(),
            other.Body.GetProperty("amount_cents").GetInt64()));
        Assert.Equal(
            $$"""0 {"into":"{{account}}"};1 {"join_id":"{{Guest}}","into":"{{account}}","status":"joined","amount_cents":0}""",
            await _steps.EntriesAsync(other.Body));
        Assert.Equal(1, await _steps.CountAsync($"act_id = '{ActId(body)}' and state = 1"));
        Assert.Equal((700, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task One_that_a_sign_in_has_joined_stays_as_it_is()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await operators.Database.ExecuteAsync(
            $"""
            insert into wallet_joins (from_user_id, into_user_id, state, created_at, due_at, attempts, ended_at)
            values ('{Guest}', '{account}', 1, now(), now(), 1, now())
            """);
        var (status, body) = await _steps.JoinAsync(account);
        Assert.Equal((200, "joined"), (status, body.GetProperty("status").GetString()));
        Assert.Equal(1, await _steps.CountAsync("state = 1 and act_id is null"));
        Assert.DoesNotContain($"{Guest}", await UsersWithSessionsAsync());
    }

    [Fact]
    public async Task The_sessions_of_the_anonymous_user_are_named_until_the_Gateway_has_ended_them()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        Assert.DoesNotContain($"{Guest}", await UsersWithSessionsAsync());
        await _steps.JoinAsync(account);
        Assert.Contains($"{Guest}", await UsersWithSessionsAsync());
        Assert.DoesNotContain($"{account}", await UsersWithSessionsAsync());
        await operators.Accounts.Rpc().ConfirmSessionsEndedAsync(new() { UserId = $"{Guest}" });
        await operators.Accounts.Rpc().ConfirmSessionsEndedAsync(new() { UserId = $"{Guest}" });
        Assert.DoesNotContain($"{Guest}", await UsersWithSessionsAsync());
        Assert.Equal(1, await _steps.CountAsync("sessions_ended_at is not null"));
    }

    [Fact]
    public async Task Of_admins_who_join_one_user_into_two_accounts_one_succeeds()
    {
        var accounts = new[] { await _steps.AccountAsync(), await _steps.AccountAsync() };
        var admins = new[] { operators.Admin, await operators.CreateOperatorAsync(Role.Admin) };
        await using var replica = await operators.Accounts.StartAsync();
        await _steps.CreditAsync(700);
        // One for each account is kept at the user's lock, after it has looked and found that the user is free.
        var answers = await _steps.LockedAsync("user", $"{Guest}", waiting: 2, () => Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            _steps.JoinAsync(
                accounts[number % 2], admin: admins[number / 2 % 2], replica: number / 4 % 2 == 0 ? operators.App : replica))));
        Assert.Equal([200, 200, 200, 200, 409, 409, 409, 409], answers.Select(answer => answer.Status).Order());
        var joined = Assert.Single(answers.Where(answer => answer.Status == 200)
            .Select(answer => answer.Body.GetProperty("into").GetGuid()).Distinct());
        Assert.All(answers.Where(answer => answer.Status == 409), answer => Assert.Equal(
            ("act_rejected", "already_joined"),
            (answer.Body.GetProperty("code").GetString(), answer.Body.GetProperty("service_code").GetString())));
        await _steps.BecomesAsync("state = 1");
        Assert.Equal([0, 700], (await Task.WhenAll(accounts.Select(_steps.WalletAsync))).Select(wallet => wallet.BalanceCents).Order());
        Assert.Equal(700, (await _steps.WalletAsync(joined)).BalanceCents);
        Assert.Equal((4, 4), (await EndedAsync(1), await EndedAsync(2)));
    }

    [Fact]
    public async Task An_account_that_is_deleted_meanwhile_gets_nothing()
    {
        var email = AccountsFixture.NewEmail();
        var account = await operators.Accounts.CreateAccountAsync(email);
        await _steps.CreditAsync(700);
        var (status, body) = await _steps.LockedAsync(
            "email", email, waiting: 1, () => _steps.JoinAsync(account), () => _steps.DeleteAsync(account));
        Assert.Equal((409, "account_deleted"), (status, body.GetProperty("service_code").GetString()));
        Assert.Equal(0, await _steps.CountAsync());
    }

    [Fact]
    public async Task An_account_whose_address_changes_meanwhile_is_locked_by_the_new_one()
    {
        var (email, other) = (AccountsFixture.NewEmail(), AccountsFixture.NewEmail());
        var account = await operators.Accounts.CreateAccountAsync(email);
        await _steps.CreditAsync(700);
        var (status, body) = await _steps.LockedAsync("email", email, waiting: 1, () => _steps.LockedAsync(
            "email", other, waiting: 1, () => _steps.JoinAsync(account), () => _steps.DeleteAsync(account)), () =>
            operators.Database.ExecuteAsync($"update accounts set email = '{other}' where user_id = '{account}'"));
        Assert.Equal((409, "account_deleted"), (status, body.GetProperty("service_code").GetString()));
    }

    [Fact]
    public async Task One_that_was_cut_off_is_completed_by_a_repetition()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var key = $"{Guid.NewGuid()}";
        operators.WalletGate.Close();
        Assert.Equal(503, (await _steps.JoinAsync(account, key)).Status);
        operators.WalletGate.Reopen();
        Assert.Equal("", await _steps.EntriesAsync());
        await operators.Database.ExecuteAsync(
            $"""
            create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
            create trigger a_cut_off before insert on audit_entries for each row
                when (new.state = 1 and new.subject_id = '{Guest}') execute function cut_off();
            """);
        Assert.Equal(500, (await _steps.JoinAsync(account, key)).Status);
        await operators.Database.ExecuteAsync("drop trigger a_cut_off on audit_entries; drop function cut_off();");
        Assert.Equal($$"""0 {"into":"{{account}}"}""", await _steps.EntriesAsync());
        await _steps.BecomesAsync("state = 1");
        var (status, body) = await _steps.JoinAsync(account, key);
        Assert.Equal((200, "joined"), (status, body.GetProperty("status").GetString()));
        Assert.Equal(1, await _steps.CountAsync($"act_id = '{ActId(body)}'"));
        Assert.Equal((1, 0, (700, false)), (await EndedAsync(1), await EndedAsync(2), await _steps.WalletAsync(account)));
    }

    private async Task<int> EndedAsync(int state) => (int)await operators.Database.ScalarAsync<long>(
        $"select count(*) from audit_entries where subject_id = '{Guest}' and action = 'user_joined' and state = {state}");

    private async Task<IReadOnlyList<string>> UsersWithSessionsAsync() =>
        (await operators.Accounts.Rpc().ListOperatorsAsync(new())).JoinedUserIds;

    private static Guid ActId(JsonElement answer) => answer.GetProperty("act_id").GetGuid();
}
