using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>An act that moves more money than the limit needs a second admin, and is carried out once.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class ApprovalTests(OperatorsFixture operators)
{
    private const string Approvals = "/api/admin/approvals";
    private static readonly object Large = new { kind = "bonus", amount_cents = 10_001, reason = "A large customer." };
    private static readonly object Agreed = new { reason = "Agreed." };
    private readonly Guid _user = Guid.NewGuid();

    private string Credits => $"/api/admin/users/{_user}/credits";

    [Fact]
    public async Task An_act_up_to_the_limit_is_carried_out_at_once_and_one_above_it_waits()
    {
        Assert.Equal(200, (await operators.ActAsync(Credits, new { kind = "bonus", amount_cents = 10_000, reason = "Fair." })).Status);
        var key = $"{Guid.NewGuid()}";
        var (status, asked) = await operators.ActAsync(Credits, Large, key);
        var again = await operators.ActAsync(Credits, Large, key);
        Assert.Equal((202, 202, asked.GetRawText()), (status, again.Status, again.Body.GetRawText()));
        Assert.Equal(("pending", "bonus", _user, 10_001, operators.Admin, "A large customer."), (
            asked.GetProperty("status").GetString(), asked.GetProperty("kind").GetString(), asked.GetProperty("uid").GetGuid(),
            asked.GetProperty("amount_cents").GetInt64(), asked.GetProperty("requested_by").GetGuid(),
            asked.GetProperty("reason").GetString()));
        Assert.Equal(
            asked.GetProperty("created_at").GetDateTimeOffset().AddDays(7), asked.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal(10_000, await BalanceAsync());
        Assert.Equal(1, await operators.Database.ScalarAsync<long>($"select count(*) from approvals where subject_id = '{_user}'"));
        Assert.Equal("0", await StatesAsync(Id(asked)));
    }

    [Fact]
    public async Task Another_admin_approves_it_and_it_is_carried_out_with_an_entry_of_each()
    {
        var id = await AskAsync();
        var second = await operators.CreateOperatorAsync(Role.Admin);
        var (status, approved) = await DecideAsync(second, id, "approve");
        Assert.Equal((200, "done", second, "Agreed."), (
            status, approved.GetProperty("status").GetString(), approved.GetProperty("decided_by").GetGuid(),
            approved.GetProperty("decision_reason").GetString()));
        Assert.Equal(10_001, await BalanceAsync());
        Assert.Equal(
            """credits_given 0 {"balance_cents":0,"held_cents":0,"receivable_cents":0,"frozen":false} """
                + """{"kind":"bonus","amount_cents":10001,"expires_at":null};credits_given 1 - {"balance_cents":10001}""",
            await operators.EntriesAsync($"act_id = '{id}' and actor_id = '{operators.Admin}'"));
        Assert.Equal(
            "approval_given 1 - -",
            await operators.EntriesAsync($"target = '{id}' and actor_id = '{second}' and subject_id = '{_user}' and reason = 'Agreed.'"));
    }

    [Fact]
    public async Task Ones_own_act_is_not_approved_and_nobody_below_an_admin_decides()
    {
        var id = await AskAsync();
        var own = await DecideAsync(operators.Admin, id, "approve");
        Assert.Equal((409, "own_approval"), (own.Status, own.Body.GetProperty("code").GetString()));
        foreach (var act in new[] { "approve", "reject" })
        {
            var support = await operators.SendAsync(
                HttpMethod.Post, $"{Approvals}/{id}/{act}", operators.Support, "support", Agreed, $"{Guid.NewGuid()}");
            Assert.Equal((403, "permission_denied"), (support.Status, support.Body.GetProperty("code").GetString()));
            // The header says admin, and the table does not.
            Assert.Equal(403, (await DecideAsync(operators.Support, id, act)).Status);
            Assert.Equal(404, (await operators.SendAsync(
                HttpMethod.Post, $"{Approvals}/{id}/{act}", operators.Admin, "user", Agreed, $"{Guid.NewGuid()}")).Status);
            Assert.Equal(400, (await operators.ActAsync($"{Approvals}/{id}/{act}", new { reason = "" })).Status);
            var missing = await operators.ActAsync($"{Approvals}/{Guid.NewGuid()}/{act}", Agreed);
            Assert.Equal((404, "approval_not_found"), (missing.Status, missing.Body.GetProperty("code").GetString()));
        }
        Assert.Equal((0, "0"), (await BalanceAsync(), await StatesAsync(id)));
    }

    [Fact]
    public async Task Many_who_approve_at_once_carry_it_out_once()
    {
        var id = await AskAsync();
        var admins = new List<Guid>();
        for (var admin = 0; admin < 4; admin++)
        {
            admins.Add(await operators.CreateOperatorAsync(Role.Admin));
        }
        var answers = await Task.WhenAll(admins.Select(admin => DecideAsync(admin, id, "approve")));
        Assert.Equal([200, 409, 409, 409], answers.Select(answer => answer.Status).Order());
        Assert.All(
            answers.Where(answer => answer.Status == 409),
            answer => Assert.Equal("approval_decided", answer.Body.GetProperty("code").GetString()));
        Assert.Equal((10_001, "0 1"), (await BalanceAsync(), await StatesAsync(id)));
        Assert.Equal("approval_given 1 - -", await operators.EntriesAsync($"target = '{id}'"));
    }

    [Fact]
    public async Task One_that_is_rejected_or_withdrawn_stays_so()
    {
        var second = await operators.CreateOperatorAsync(Role.Admin);
        foreach (var admin in new[] { second, operators.Admin })
        {
            var id = await AskAsync();
            var rejected = await DecideAsync(admin, id, "reject");
            Assert.Equal((200, "rejected"), (rejected.Status, rejected.Body.GetProperty("status").GetString()));
            foreach (var act in new[] { "approve", "reject" })
            {
                var late = await DecideAsync(second, id, act);
                Assert.Equal((409, "approval_decided"), (late.Status, late.Body.GetProperty("code").GetString()));
            }
            Assert.EndsWith(
                """credits_given 2 - {"error_code":"approval_rejected"}""", await operators.EntriesAsync($"act_id = '{id}'"),
                StringComparison.Ordinal);
            Assert.Equal("approval_rejected 1 - -", await operators.EntriesAsync($"target = '{id}' and actor_id = '{admin}'"));
        }
        Assert.Equal(0, await BalanceAsync());
    }

    [Fact]
    public async Task One_whose_requester_is_no_admin_any_more_is_not_approved()
    {
        var left = await operators.CreateOperatorAsync(Role.Admin);
        var asked = await operators.SendAsync(HttpMethod.Post, Credits, left, "admin", Large, $"{Guid.NewGuid()}");
        await operators.Database.ExecuteAsync($"update accounts set role = 1 where user_id = '{left}'");
        var answer = await DecideAsync(operators.Admin, Id(asked.Body), "approve");
        Assert.Equal((409, "requester_not_admin"), (answer.Status, answer.Body.GetProperty("code").GetString()));
        Assert.Equal(0, await BalanceAsync());
        // Nor can they ask.
        Assert.Equal(403, (await operators.SendAsync(HttpMethod.Post, Credits, left, "admin", Large, $"{Guid.NewGuid()}")).Status);
    }

    [Fact]
    public async Task What_is_approved_is_carried_out_once_although_the_process_cannot()
    {
        var id = await AskAsync();
        var second = await operators.CreateOperatorAsync(Role.Admin);
        operators.WalletGate.Close();
        Assert.Equal(503, (await DecideAsync(second, id, "approve")).Status);
        Assert.Equal(1, await operators.Database.ScalarAsync<short>($"select state from approvals where approval_id = '{id}'"));
        operators.WalletGate.Reopen();
        // No other can decide on it, and the worker takes it once its lease has ended.
        Assert.Equal(409, (await DecideAsync(await operators.CreateOperatorAsync(Role.Admin), id, "reject")).Status);
        operators.Accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        await EndsAsync(id, ApprovalState.Done);
        Assert.Equal((10_001, "0 1"), (await BalanceAsync(), await StatesAsync(id)));
    }

    [Fact]
    public async Task What_the_services_have_done_before_a_crash_is_not_done_again()
    {
        var id = await AskAsync();
        var second = await operators.CreateOperatorAsync(Role.Admin);
        await operators.Database.ExecuteAsync(
            $"""
            create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
            create trigger a_cut_off before insert on audit_entries for each row
                when (new.state = 1 and new.act_id = '{id}') execute function cut_off();
            """);
        var key = $"{Guid.NewGuid()}";
        Assert.Equal(500, (await DecideAsync(second, id, "approve", key)).Status);
        await operators.Database.ExecuteAsync("drop trigger a_cut_off on audit_entries; drop function cut_off();");
        Assert.Equal((10_001, "0"), (await BalanceAsync(), await StatesAsync(id)));
        var (status, body) = await DecideAsync(second, id, "approve", key);
        Assert.Equal((200, "done"), (status, body.GetProperty("status").GetString()));
        Assert.Equal((10_001, "0 1"), (await BalanceAsync(), await StatesAsync(id)));
        Assert.Equal("approval_given 1 - -", await operators.EntriesAsync($"target = '{id}'"));
    }

    [Fact]
    public async Task One_that_nobody_approves_in_time_expires()
    {
        var id = await AskAsync();
        operators.Accounts.Clock.Advance(TimeSpan.FromDays(7));
        var late = await DecideAsync(await operators.CreateOperatorAsync(Role.Admin), id, "approve");
        Assert.Equal((409, "approval_expired"), (late.Status, late.Body.GetProperty("code").GetString()));
        await EndsAsync(id, ApprovalState.Expired);
        Assert.EndsWith(
            """credits_given 2 - {"error_code":"approval_expired"}""", await operators.EntriesAsync($"act_id = '{id}'"),
            StringComparison.Ordinal);
        Assert.Equal(0, await BalanceAsync());
    }

    [Fact]
    public async Task An_adjustment_below_zero_takes_credits_and_is_limited_too()
    {
        await operators.ActAsync(Credits, new { kind = "bonus", amount_cents = 10_000, reason = "Fair." });
        var taken = await operators.ActAsync(Credits, new { kind = "adjustment", amount_cents = -4_000, reason = "Given twice." });
        Assert.Equal((200, 6_000), (taken.Status, taken.Body.GetProperty("balance_cents").GetInt64()));
        Assert.Equal(
            """credits_taken 1 - {"balance_cents":6000}""",
            await operators.EntriesAsync($"act_id = '{taken.Body.GetProperty("act_id").GetString()}' and state = 1"));
        var more = await operators.ActAsync(Credits, new { kind = "adjustment", amount_cents = -6_001, reason = "Given twice." });
        Assert.Equal((409, "insufficient_funds"), (more.Status, more.Body.GetProperty("service_code").GetString()));
        foreach (var body in new object[]
        {
            new { kind = "bonus", amount_cents = -1, reason = "Given twice." },
            new { kind = "adjustment", amount_cents = -1, expires_at = DateTimeOffset.MaxValue, reason = "Given twice." },
        })
        {
            Assert.Equal(400, (await operators.ActAsync(Credits, body)).Status);
        }
        var large = await operators.ActAsync(Credits, new { kind = "adjustment", amount_cents = -10_001, reason = "Given twice." });
        Assert.Equal((202, -10_001), (large.Status, large.Body.GetProperty("amount_cents").GetInt64()));
        var failed = await DecideAsync(await operators.CreateOperatorAsync(Role.Admin), Id(large.Body), "approve");
        Assert.Equal((409, "insufficient_funds"), (failed.Status, failed.Body.GetProperty("service_code").GetString()));
        Assert.Equal((6_000, "0 2"), (await BalanceAsync(), await StatesAsync(Id(large.Body))));
        await EndsAsync(Id(large.Body), ApprovalState.Failed);
    }

    [Theory]
    [InlineData(10_001, 20_000, 202)]
    [InlineData(10_000, 20_000, 200)]
    [InlineData(null, 20_000, 202)]
    [InlineData(null, 10_000, 200)]
    public async Task A_refund_is_measured_by_what_is_left_of_the_payment(int? cents, int paid, int status)
    {
        var payment = $"pi_{Guid.NewGuid():N}";
        operators.Others.OwnersOfPayments[payment] = $"{_user}";
        operators.Others.PaidCents[payment] = paid;
        var asked = await operators.ActAsync($"/api/admin/payments/{payment}/refund", new { amount_cents = cents, reason = "Twice." });
        Assert.Equal(status, asked.Status);
        Assert.Equal(status == 200, operators.Others.Refunds.Any(refund => refund.PaymentIntentId == payment));
        if (status == 202)
        {
            Assert.Equal((cents ?? paid, payment, _user), (
                asked.Body.GetProperty("amount_cents").GetInt64(), asked.Body.GetProperty("payment_id").GetString(),
                asked.Body.GetProperty("uid").GetGuid()));
            Assert.Equal(200, (await DecideAsync(await operators.CreateOperatorAsync(Role.Admin), Id(asked.Body), "approve")).Status);
            var refund = Assert.Single(operators.Others.Refunds, refund => refund.PaymentIntentId == payment);
            Assert.Equal((cents ?? 0, Id(asked.Body), $"{operators.Admin}"), (refund.AmountCents, refund.IdempotencyKey, refund.Actor));
        }
    }

    [Fact]
    public async Task Approvals_are_read_in_pages_by_state_by_support()
    {
        var (first, second) = (await AskAsync(), await AskAsync());
        await DecideAsync(operators.Admin, second, "reject");
        var pending = (await operators.GetAsync($"{Approvals}?status=pending&limit=100")).Body.GetProperty("approvals");
        Assert.Contains(pending.EnumerateArray(), one => Id(one) == first);
        Assert.DoesNotContain(pending.EnumerateArray(), one => Id(one) == second);
        var newest = (await operators.GetAsync($"{Approvals}?limit=1")).Body;
        var next = (await operators.GetAsync($"{Approvals}?limit=1&cursor={newest.GetProperty("next_cursor")}")).Body;
        Assert.Equal((second, first), (Id(newest.GetProperty("approvals")[0]), Id(next.GetProperty("approvals")[0])));
        Assert.Equal("rejected", (await operators.GetAsync($"{Approvals}/{second}")).Body.GetProperty("status").GetString());
        Assert.Equal(400, (await operators.GetAsync($"{Approvals}?status=open")).Status);
        Assert.Equal(400, (await operators.GetAsync($"{Approvals}?cursor=1")).Status);
        Assert.Equal(404, (await operators.GetAsync($"{Approvals}/1")).Status);
        Assert.Equal(404, (await operators.SendAsync(HttpMethod.Get, Approvals, _user, role: null)).Status);
    }

    private async Task<string> AskAsync()
    {
        var (status, body) = await operators.ActAsync(Credits, Large);
        Assert.Equal(202, status);
        return Id(body);
    }

    private Task<(int Status, JsonElement Body)> DecideAsync(Guid admin, string id, string act, string? key = null) =>
        operators.SendAsync(HttpMethod.Post, $"{Approvals}/{id}/{act}", admin, "admin", Agreed, key ?? $"{Guid.NewGuid()}");

    private Task EndsAsync(string id, ApprovalState state) => Eventually.IsTrueAsync(
        () => operators.Database.ScalarAsync<bool>($"select state = {(int)state} from approvals where approval_id = '{id}'"),
        $"the approval is {state}");

    private Task<string> StatesAsync(string id) => operators.Database.ScalarAsync<string>(
        $"select string_agg(state::text, ' ' order by sequence) from audit_entries where act_id = '{id}'");

    private static string Id(JsonElement approval) => approval.GetProperty("approval_id").GetString()!;

    private async Task<long> BalanceAsync() =>
        (await operators.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{_user}" })).BalanceCents;
}
