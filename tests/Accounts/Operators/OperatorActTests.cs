using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>An operator's act is carried out once, by those who may, and stands in the audit log with its effect.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class OperatorActTests(OperatorsFixture operators)
{
    private static readonly object Bonus = new { kind = "bonus", amount_cents = 500, reason = " The export failed twice. " };
    private readonly Guid _user = Guid.NewGuid();

    private string Credits => $"/api/admin/users/{_user}/credits";

    [Fact]
    public async Task Credits_are_given_once_and_recorded_with_the_state_before_and_after()
    {
        var key = $"{Guid.NewGuid()}";
        var (status, body) = await operators.ActAsync(Credits, Bonus, key);
        Assert.Equal((200, 500), (status, body.GetProperty("balance_cents").GetInt64()));
        var again = await operators.ActAsync(Credits, Bonus, key);
        Assert.Equal((200, body.GetRawText()), (again.Status, again.Body.GetRawText()));
        Assert.Equal(500, await BalanceAsync());
        const string Before = """{"balance_cents":0,"held_cents":0,"receivable_cents":0,"frozen":false}""";
        Assert.Equal(
            $$"""credits_given 0 {{Before}} {"kind":"bonus","amount_cents":500,"expires_at":null};"""
                + """credits_given 1 - {"balance_cents":500}""",
            await operators.EntriesAsync($"subject_id = '{_user}'"));
        Assert.Equal(2, await operators.Database.ScalarAsync<long>(
            $"""
            select count(*) from audit_entries where subject_id = '{_user}' and actor_id = '{operators.Admin}'
                and act_id = '{body.GetProperty("act_id").GetGuid()}' and reason = 'The export failed twice.'
                and client_address = '203.0.113.9'
            """));
    }

    [Fact]
    public async Task An_act_needs_a_reason_a_key_and_valid_values()
    {
        await RejectedAsync(400, "invalid_request", new { kind = "bonus", amount_cents = 500 });
        await RejectedAsync(400, "invalid_request", new { kind = "bonus", amount_cents = 500, reason = " " });
        await RejectedAsync(400, "invalid_request", new { kind = "bonus", amount_cents = 500, reason = new string('a', 1001) });
        await RejectedAsync(400, "invalid_request", new { kind = "gift", amount_cents = 500, reason = "As asked." });
        await RejectedAsync(400, "invalid_request", new { kind = "bonus", amount_cents = 0, reason = "As asked." });
        var (status, body) = await operators.SendAsync(HttpMethod.Post, Credits, operators.Admin, "admin", Bonus);
        Assert.Equal((400, true), (status, body.GetProperty("errors").TryGetProperty("Idempotency-Key", out _)));
        Assert.Equal((0, ""), (await BalanceAsync(), await operators.EntriesAsync($"subject_id = '{_user}'")));
    }

    [Theory]
    [InlineData(404, "not_found", null)]
    [InlineData(404, "not_found", "user")]
    [InlineData(404, "not_found", "owner")]
    [InlineData(403, "permission_denied", "support")]
    public async Task A_request_without_the_role_does_nothing(int status, string code, string? role)
    {
        var answer = await operators.SendAsync(HttpMethod.Post, Credits, operators.Admin, role, Bonus, $"{Guid.NewGuid()}");
        Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
        Assert.Equal((0, ""), (await BalanceAsync(), await operators.EntriesAsync($"subject_id = '{_user}'")));
    }

    [Fact]
    public async Task A_role_that_was_taken_away_has_no_act_although_the_request_still_names_it()
    {
        var admin = await operators.CreateOperatorAsync(Role.Admin);
        var path = $"/api/admin/users/{admin}/role";
        var taken = await operators.SendAsync(
            HttpMethod.Put, path, operators.Admin, "admin", new { role = "support", reason = "Left." }, $"{Guid.NewGuid()}");
        Assert.Equal(200, taken.Status);
        var answer = await operators.SendAsync(HttpMethod.Post, Credits, admin, "admin", Bonus, $"{Guid.NewGuid()}");
        Assert.Equal((403, "permission_denied"), (answer.Status, answer.Body.GetProperty("code").GetString()));
        var role = await operators.SendAsync(
            HttpMethod.Put, path, admin, "admin", new { role = "admin", reason = "Back." }, $"{Guid.NewGuid()}");
        Assert.Equal(403, role.Status);
        var stranger = await operators.SendAsync(HttpMethod.Post, Credits, Guid.NewGuid(), "admin", Bonus, $"{Guid.NewGuid()}");
        Assert.Equal(404, stranger.Status);
        Assert.Equal((0, ""), (await BalanceAsync(), await operators.EntriesAsync($"subject_id = '{_user}'")));
        var missing = await operators.SendAsync(
            HttpMethod.Put, $"/api/admin/users/{_user}/role", operators.Admin, "admin", new { role = "support", reason = "Hired." },
            $"{Guid.NewGuid()}");
        Assert.Equal((404, "account_not_found"), (missing.Status, missing.Body.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_act_that_was_cut_off_is_in_the_log_and_is_completed_by_a_repetition()
    {
        var key = $"{Guid.NewGuid()}";
        // The state before is not known, so nothing is intended either.
        operators.WalletGate.Close();
        Assert.Equal(503, (await operators.ActAsync(Credits, Bonus, key)).Status);
        operators.WalletGate.Reopen();
        Assert.Equal("", await operators.EntriesAsync($"subject_id = '{_user}'"));

        // The credits are given, and then the log cannot be written.
        await operators.Database.ExecuteAsync(
            $"""
            create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
            create trigger a_cut_off before insert on audit_entries for each row
                when (new.state = 1 and new.subject_id = '{_user}') execute function cut_off();
            """);
        Assert.Equal(500, (await operators.ActAsync(Credits, Bonus, key)).Status);
        await operators.Database.ExecuteAsync("drop trigger a_cut_off on audit_entries; drop function cut_off();");
        Assert.Equal(500, await BalanceAsync());
        Assert.StartsWith("credits_given 0", await operators.EntriesAsync($"subject_id = '{_user}'"), StringComparison.Ordinal);

        var (status, body) = await operators.ActAsync(Credits, Bonus, key);
        Assert.Equal((200, 500), (status, body.GetProperty("balance_cents").GetInt64()));
        Assert.Equal(500, await BalanceAsync());
        Assert.Equal("0 1", await operators.Database.ScalarAsync<string>(
            $"select string_agg(state::text, ' ' order by sequence) from audit_entries where subject_id = '{_user}'"));
    }

    [Fact]
    public async Task A_wallet_is_frozen_and_thawed()
    {
        await operators.ActAsync(Credits, Bonus);
        var frozen = await operators.SendAsync(
            HttpMethod.Post, $"/api/admin/users/{_user}/freeze", operators.Support, "support", new { reason = "Stolen card." },
            $"{Guid.NewGuid()}");
        Assert.Equal((200, true), (frozen.Status, frozen.Body.GetProperty("frozen").GetBoolean()));
        var rejected = await Assert.ThrowsAsync<RpcException>(async () => await operators.Wallet.DebitAsync(
            new DebitRequest { UserId = $"{_user}", IdempotencyKey = "1", JobId = "1", AmountCents = 1 }));
        Assert.Equal("wallet_frozen", rejected.ErrorCode());
        // One of Payments is not an operator's to lift.
        await operators.Wallet.FreezeAsync(new FreezeRequest { UserId = $"{_user}", Reference = "dp_1" });
        var path = $"/api/admin/users/{_user}/thaw";
        Assert.Equal(400, (await operators.ActAsync(path, new { freeze_id = "dp_1", reason = "As asked." })).Status);
        var freezeId = frozen.Body.GetProperty("freeze_id").GetString();
        var thawed = await operators.ActAsync(path, new { freeze_id = freezeId, reason = "Not stolen." });
        Assert.Equal((200, true), (thawed.Status, thawed.Body.GetProperty("frozen").GetBoolean()));
        await operators.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = $"{_user}", Reference = "dp_1" });
        Assert.False((await operators.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{_user}" })).Frozen);
        Assert.Equal(
            "wallet_frozen 0 wallet_frozen 1 wallet_thawed 0 wallet_thawed 1",
            await operators.Database.ScalarAsync<string>(
                $"""
                select string_agg(action || ' ' || state, ' ' order by sequence) from audit_entries
                where subject_id = '{_user}' and target = '{freezeId}'
                """));
    }

    [Fact]
    public async Task A_payment_is_refunded_and_a_rejection_is_recorded_with_its_code()
    {
        var (status, body) = await operators.ActAsync("/api/admin/payments/pi_7/refund", new { amount_cents = 300, reason = "Twice." });
        Assert.Equal((200, "re_1"), (status, body.GetProperty("refund_id").GetString()));
        var asked = Assert.Single(operators.Others.Refunds, refund => refund.PaymentIntentId == "pi_7");
        Assert.Equal(
            ("pi_7", 300, false, operators.Admin.ToString(), "Twice."),
            (asked.PaymentIntentId, asked.AmountCents, asked.Force, asked.Actor, asked.Note));
        Assert.Equal(body.GetProperty("act_id").GetString(), asked.IdempotencyKey);
        Assert.Equal(
            """payment_refunded 0 - {"amount_cents":300,"force":false};payment_refunded 1 - """
                + """{"refund_id":"re_1","amount_cents":300,"refunded_cents":300}""",
            await operators.EntriesAsync("target = 'pi_7'"));

        var rejected = await operators.ActAsync($"/api/admin/payments/{StandIns.SpentPayment}/refund", new { reason = "Twice." });
        Assert.Equal(
            (409, "act_rejected", "credits_spent"),
            (rejected.Status, rejected.Body.GetProperty("code").GetString(), rejected.Body.GetProperty("service_code").GetString()));
        Assert.Equal(
            """payment_refunded 0 - {"amount_cents":null,"force":false};payment_refunded 2 - {"error_code":"credits_spent"}""",
            await operators.EntriesAsync($"target = '{StandIns.SpentPayment}'"));
    }

    private async Task<long> BalanceAsync() =>
        (await operators.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{_user}" })).BalanceCents;

    private async Task RejectedAsync(int status, string code, object body)
    {
        var answer = await operators.ActAsync(Credits, body);
        Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
    }
}
