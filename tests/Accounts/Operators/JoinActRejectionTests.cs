using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What an operator may not join, and what needs a second admin.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class JoinActRejectionTests(OperatorsFixture operators)
{
    private readonly JoinActSteps _steps = new(operators);

    [Theory]
    [InlineData(404, "not_found", null)]
    [InlineData(404, "not_found", "user")]
    [InlineData(404, "not_found", "owner")]
    [InlineData(403, "permission_denied", "support")]
    public async Task A_request_without_the_role_does_nothing(int status, string code, string? role)
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var body = new { into = account, reason = "The receipt is theirs." };
        var answer = await operators.SendAsync(HttpMethod.Post, _steps.Path, operators.Admin, role, body, $"{Guid.NewGuid()}");
        Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
        // The header says admin, and the table does not.
        var support = await operators.SendAsync(HttpMethod.Post, _steps.Path, operators.Support, "admin", body, $"{Guid.NewGuid()}");
        Assert.Equal(403, support.Status);
        Assert.Equal((0, ""), (await _steps.CountAsync(), await _steps.EntriesAsync()));
    }

    [Fact]
    public async Task Hostile_requests_are_rejected_before_anything_is_recorded()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(700);
        var bodies = new object[]
        {
            new { into = account },
            new { into = account, reason = " " },
            new { into = account, reason = new string('a', 1001) },
            new { reason = "As asked." },
            new { into = (string?)null, reason = "As asked." },
            new { into = "", reason = "As asked." },
            new { into = "me@example.com", reason = "As asked." },
            new { into = $"{{{account}}}", reason = "As asked." },
            new { into = $"{account:N}", reason = "As asked." },
            new { into = $" {account}", reason = "As asked." },
            new { into = $"{account}'; drop table accounts; --", reason = "As asked." },
            new { into = 7, reason = "As asked." },
            new { into = new[] { account }, reason = "As asked." },
            // Itself, in whichever case.
            new { into = _steps.Guest, reason = "As asked." },
            new { into = $"{_steps.Guest}".ToUpperInvariant(), reason = "As asked." },
            new[] { account },
        };
        foreach (var body in bodies)
        {
            var answer = await operators.ActAsync(_steps.Path, body);
            Assert.True(answer.Status == 400, JsonSerializer.Serialize(body));
            Assert.Equal("invalid_request", answer.Body.GetProperty("code").GetString());
        }
        var valid = new { into = account, reason = "As asked." };
        Assert.Equal(400, (await operators.SendAsync(HttpMethod.Post, _steps.Path, operators.Admin, "admin", valid)).Status);
        foreach (var uid in new[] { "1", "%27", $"{_steps.Guest:N}", $"{_steps.Guest}%20", $"{Guid.Empty}" })
        {
            Assert.Equal(404, (await operators.ActAsync($"/api/admin/users/{uid}/join", valid)).Status);
        }
        Assert.Equal((0, ""), (await _steps.CountAsync(), await _steps.EntriesAsync()));
        Assert.Equal((700, false), await _steps.WalletAsync(_steps.Guest));
    }

    [Fact]
    public async Task Only_an_anonymous_user_who_has_had_credits_and_belongs_to_nobody_is_joined()
    {
        var (account, other) = (await _steps.AccountAsync(), await _steps.AccountAsync());
        await RejectedAsync("user_has_account", account, other);
        await RejectedAsync("user_has_account", account, operators.Admin);
        await RejectedAsync("nothing_to_join", account);

        await _steps.CreditAsync(700);
        await _steps.JoinAsync(other);
        await _steps.BecomesAsync("state = 1");
        await RejectedAsync("already_joined", account);

        // By any id of a person who is gone.
        await _steps.DeleteAsync(other, _steps.Guest);
        await RejectedAsync("user_deleted", account);
        await RejectedAsync("user_deleted", other);
        await RejectedAsync("user_deleted", account, other);
        Assert.Equal((0, false), await _steps.WalletAsync(account));
    }

    [Fact]
    public async Task A_user_is_joined_into_an_account_that_exists_only()
    {
        await _steps.CreditAsync(700);
        // Never seen, or anonymous: the two look the same.
        await RejectedAsync("account_not_found", Guid.NewGuid());
        // Anonymous and joined.
        var (joined, account) = (new JoinActSteps(operators), await _steps.AccountAsync());
        await joined.CreditAsync(1);
        await joined.JoinAsync(account);
        await joined.BecomesAsync("state = 1");
        await RejectedAsync("account_not_found", joined.Guest);
        await _steps.DeleteAsync(account);
        await RejectedAsync("account_deleted", account);
        Assert.Equal((0, (700, false)), (await _steps.CountAsync(), await _steps.WalletAsync(_steps.Guest)));
    }

    [Fact]
    public async Task A_join_that_moves_more_than_the_limit_needs_a_second_admin()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(10_001);
        // It may come back.
        await _steps.HoldAsync(10_000);
        var key = $"{Guid.NewGuid()}";
        var (status, asked) = await _steps.JoinAsync(account, key);
        var again = await _steps.JoinAsync(account, key);
        Assert.Equal((202, 202, asked.GetRawText()), (status, again.Status, again.Body.GetRawText()));
        Assert.Equal(("pending", "join", _steps.Guest, account, 10_001), (
            asked.GetProperty("status").GetString(), asked.GetProperty("kind").GetString(), asked.GetProperty("uid").GetGuid(),
            asked.GetProperty("into").GetGuid(), asked.GetProperty("amount_cents").GetInt64()));
        Assert.Equal((0, $$"""0 {"into":"{{account}}"}"""), (await _steps.CountAsync(), await _steps.EntriesAsync()));
        Assert.Equal(409, (await ApproveAsync(operators.Admin, asked)).Status);

        await operators.Wallet.ReleaseHoldAsync(
            new ReleaseHoldRequest { UserId = $"{_steps.Guest}", IdempotencyKey = "end", JobId = "job" });
        var second = await operators.CreateOperatorAsync(Role.Admin);
        var approved = await ApproveAsync(second, asked);
        Assert.Equal((200, "done"), (approved.Status, approved.Body.GetProperty("status").GetString()));
        await _steps.BecomesAsync($"state = 1 and act_id = '{Id(asked)}' and actor_id = '{operators.Admin}'");
        Assert.Equal((10_001, false), await _steps.WalletAsync(account));
        Assert.Equal(
            $$"""0 {"into":"{{account}}"};"""
                + $$"""1 {"join_id":"{{_steps.Guest}}","into":"{{account}}","status":"pending","amount_cents":10001}""",
            await _steps.EntriesAsync());
    }

    [Fact]
    public async Task A_join_up_to_the_limit_needs_none_and_a_repeated_one_moves_nothing()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(10_000);
        await _steps.HoldAsync(1);
        Assert.Equal(200, (await _steps.JoinAsync(account)).Status);
        // More than the limit by now, and the join is there: nobody has to agree to it again.
        await _steps.CreditAsync(10_000, "more");
        var again = await _steps.JoinAsync(account);
        Assert.Equal((200, "pending"), (again.Status, again.Body.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task More_credits_than_were_agreed_on_are_not_moved()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(10_001);
        var (_, asked) = await _steps.JoinAsync(account);
        await _steps.CreditAsync(1, "more");
        var failed = await ApproveAsync(await operators.CreateOperatorAsync(Role.Admin), asked);
        Assert.Equal(
            (409, "act_rejected", "amount_grown"),
            (failed.Status, failed.Body.GetProperty("code").GetString(), failed.Body.GetProperty("service_code").GetString()));
        Assert.Equal(
            (0, $$"""0 {"into":"{{account}}"};2 {"error_code":"amount_grown"}"""),
            (await _steps.CountAsync(), await _steps.EntriesAsync()));
        // Asked anew, it is another act.
        var (status, anew) = await _steps.JoinAsync(account);
        Assert.Equal((202, 10_002), (status, anew.GetProperty("amount_cents").GetInt64()));
    }

    [Fact]
    public async Task What_is_approved_when_the_user_has_an_account_fails()
    {
        var account = await _steps.AccountAsync();
        await _steps.CreditAsync(10_001);
        var (_, asked) = await _steps.JoinAsync(account);
        await operators.Database.ExecuteAsync(
            $"insert into accounts (user_id, email, created_at) values ('{_steps.Guest}', '{AccountsFixture.NewEmail()}', now())");
        var failed = await ApproveAsync(await operators.CreateOperatorAsync(Role.Admin), asked);
        Assert.Equal((409, "user_has_account"), (failed.Status, failed.Body.GetProperty("service_code").GetString()));
        Assert.Equal((0, (0, false)), (await _steps.CountAsync(), await _steps.WalletAsync(account)));
    }

    private async Task RejectedAsync(string code, Guid into, Guid? uid = null)
    {
        var before = await _steps.CountAsync();
        var entries = await EntriesAsync();
        var (status, body) = await _steps.JoinAsync(into, uid: uid);
        Assert.Equal(
            (409, "act_rejected", code),
            (status, body.GetProperty("code").GetString(), body.GetProperty("service_code").GetString()));
        Assert.Equal(before, await _steps.CountAsync());
        Assert.Equal(
            entries + $$"""0 {"into":"{{into}}"};2 {"error_code":"{{code}}"};""", await EntriesAsync());

        Task<string> EntriesAsync() => operators.Database.ScalarAsync<string>(
            $"""
            select coalesce(string_agg(concat(state, ' ', after, ';'), '' order by sequence), '') from audit_entries
            where action = 'user_joined' and subject_id = '{uid ?? _steps.Guest}'
            """);
    }

    private Task<(int Status, JsonElement Body)> ApproveAsync(Guid admin, JsonElement approval) => operators.SendAsync(
        HttpMethod.Post, $"/api/admin/approvals/{Id(approval)}/approve", admin, "admin", new { reason = "Agreed." }, $"{Guid.NewGuid()}");

    private static string Id(JsonElement approval) => approval.GetProperty("approval_id").GetString()!;
}
