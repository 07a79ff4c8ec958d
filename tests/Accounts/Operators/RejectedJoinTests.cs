using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The credits of a join that was rejected come back by an operator's act, or when the account has room for them.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class RejectedJoinTests(OperatorsFixture operators)
{
    private const long LimitCents = 10_000_000_000_000;

    private readonly JoinActSteps _steps = new(operators);

    [Fact]
    public async Task An_operators_act_has_it_tried_again_in_the_name_of_the_operator()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await InsertAsync(account);
        var key = $"{Guid.NewGuid()}";
        var (status, body) = await _steps.JoinAsync(account, key);
        Assert.Equal((200, "pending", 700), (
            status, body.GetProperty("status").GetString(), body.GetProperty("amount_cents").GetInt64()));
        var act = body.GetProperty("act_id").GetGuid();
        await _steps.BecomesAsync(
            $"state = 1 and attempts = 2 and act_id = '{act}' and actor_id = '{operators.Admin}' and last_error is null");
        Assert.Equal(((700, false), (0, true)), (await _steps.WalletAsync(account), await _steps.WalletAsync(_steps.Guest)));
        Assert.Equal(
            $$"""0 {"into":"{{account}}"};"""
                + $$"""1 {"join_id":"{{_steps.Guest}}","into":"{{account}}","status":"pending","amount_cents":700}""",
            await _steps.EntriesAsync());
        Assert.Equal(body.GetRawText(), (await _steps.JoinAsync(account, key)).Body.GetRawText());
        Assert.Equal("joined", (await _steps.JoinAsync(account)).Body.GetProperty("status").GetString());
        Assert.Equal((700, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task More_than_the_limit_needs_a_second_admin_and_an_act_that_repeats_itself_is_one_attempt()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(10_001);
        await InsertAsync(account);
        var (status, asked) = await _steps.JoinAsync(account);
        Assert.Equal((202, 10_001), (status, asked.GetProperty("amount_cents").GetInt64()));
        Assert.Equal(1, await _steps.CountAsync("state = 2 and attempts = 1 and act_id is null"));
        // The attempt of this act was rejected before the act was recorded as done.
        await operators.Database.ExecuteAsync(
            $"""
            update wallet_joins set act_id = '{asked.GetProperty("approval_id").GetGuid()}', actor_id = '{operators.Admin}'
            where from_user_id = '{_steps.Guest}'
            """);
        await ApproveAsync(asked);
        Assert.Equal(1, await _steps.CountAsync("state = 2 and attempts = 1"));

        var (_, anew) = await _steps.JoinAsync(account);
        await ApproveAsync(anew);
        await _steps.BecomesAsync("state = 1");
        Assert.Equal((10_001, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task One_that_the_Wallet_rejects_again_waits_for_the_next_act()
    {
        var (account, other) = (await _steps.AccountAsync(), Guid.NewGuid());
        await _steps.CreditAsync(700);
        await operators.Wallet.JoinWalletsAsync(new JoinWalletsRequest
        {
            FromUserId = $"{_steps.Guest}",
            IntoUserId = $"{other}",
            IdempotencyKey = "elsewhere",
            Actor = "test",
            Reason = "test",
        });
        await _steps.JoinAsync(account);
        await _steps.BecomesAsync("state = 2 and attempts = 1 and last_error like 'already_joined: %'");
        Assert.Equal(1, await OpenAlertsAsync());
        Assert.Equal("pending", (await _steps.JoinAsync(account)).Body.GetProperty("status").GetString());
        await _steps.BecomesAsync("state = 2 and attempts = 2 and last_error like 'already_joined: %'");
        Assert.Equal(((0, false), (700, false)), (await _steps.WalletAsync(account), await _steps.WalletAsync(other)));
    }

    [Fact]
    public async Task An_account_that_was_deleted_meanwhile_gets_nothing()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await InsertAsync(account);
        await _steps.DeleteAsync(account);
        var (status, body) = await _steps.JoinAsync(account);
        Assert.Equal((409, "account_deleted"), (status, body.GetProperty("service_code").GetString()));
        Assert.Equal((1, (700, false)), (await _steps.CountAsync("state = 2"), await _steps.WalletAsync(_steps.Guest)));
    }

    [Fact]
    public async Task A_full_account_is_joined_when_it_has_spent_and_the_operators_are_told_once()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        await operators.Wallet.CreditAsync(new CreditRequest
        {
            UserId = $"{account}",
            IdempotencyKey = "all",
            AmountCents = LimitCents - 699,
            Reason = EntryReason.Adjustment,
        });
        await _steps.JoinAsync(account);
        await AttemptsAsync("state = 0 and attempts >= 6 and last_error like 'balance_limit_exceeded: %'");
        Assert.Equal(1, await OpenAlertsAsync());
        // About an hour by now.
        var clock = operators.Accounts.Clock.GetUtcNow();
        Assert.Equal(1, await _steps.CountAsync(
            $"due_at between '{clock:O}'::timestamptz + interval '40 minutes' and '{clock:O}'::timestamptz + interval '80 minutes'"));

        operators.WalletGate.Close();
        var attempts = await operators.Database.ScalarAsync<int>(
            $"select attempts from wallet_joins where from_user_id = '{_steps.Guest}'");
        await AttemptsAsync($"attempts > {attempts} and leased_until is null");
        Assert.Equal(1, await OpenAlertsAsync());
        operators.WalletGate.Reopen();
        await AttemptsAsync($"attempts > {attempts} + 1 and leased_until is null");
        Assert.Equal(1, await OpenAlertsAsync());

        await operators.Wallet.DeductAsync(new DeductRequest { UserId = $"{account}", IdempotencyKey = "one", AmountCents = 1 });
        await AttemptsAsync("state = 1 and last_error is null");
        Assert.Equal(((LimitCents, false), (0, true)), (await _steps.WalletAsync(account), await _steps.WalletAsync(_steps.Guest)));
        Assert.Equal(0, await OpenAlertsAsync());
        Assert.Equal(1, await operators.Database.ScalarAsync<long>(
            $"select count(*) from alerts where kind = 'join_rejected' and subject = '{_steps.Guest}'"));
    }

    private Task InsertAsync(Guid account) => operators.Database.ExecuteAsync(
        $"""
        insert into wallet_joins (from_user_id, into_user_id, state, created_at, due_at, attempts, ended_at, last_error)
        values ('{_steps.Guest}', '{account}', 2, now(), now(), 1, now(), 'balance_limit_exceeded: full')
        """);

    private Task AttemptsAsync(string condition) => Eventually.IsTrueAsync(
        async () =>
        {
            operators.Accounts.Clock.Advance(TimeSpan.FromMinutes(5));
            return await _steps.CountAsync(condition) == 1;
        },
        condition);

    private async Task<long> OpenAlertsAsync()
    {
        operators.Accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        await operators.Accounts.AlertAsync();
        return await operators.Database.ScalarAsync<long>(
            $"select count(*) from alerts where kind = 'join_rejected' and subject = '{_steps.Guest}' and ended_at is null");
    }

    private async Task ApproveAsync(JsonElement approval)
    {
        var admin = await operators.CreateOperatorAsync(ServiceDefaults.Role.Admin);
        var answer = await operators.SendAsync(
            HttpMethod.Post, $"/api/admin/approvals/{approval.GetProperty("approval_id").GetGuid()}/approve", admin, "admin",
            new { reason = "I agree." }, $"{Guid.NewGuid()}");
        Assert.Equal((200, "done"), (answer.Status, answer.Body.GetProperty("status").GetString()));
    }
}
