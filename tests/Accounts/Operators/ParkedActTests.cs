using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>Money that was set aside, disputes and blocks have acts of operators: with role, reason, audit log and key.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class ParkedActTests(OperatorsFixture operators)
{
    private const string Parked = "/api/admin/dead-letters/parked/session:cs_retried";
    private static readonly object Reason = new { reason = "The key was of another account." };

    [Fact]
    public async Task What_was_set_aside_is_retried_with_an_entry_and_its_effect()
    {
        var (status, body) = await operators.SendAsync(
            HttpMethod.Post, $"{Parked}/replay", operators.Support, "support", Reason, $"{Guid.NewGuid()}");
        Assert.Equal((200, false), (status, body.GetProperty("done").GetBoolean()));
        Assert.Equal(
            """dead_letter_replayed 0 - -;dead_letter_replayed 1 - {"done":false}""",
            await operators.EntriesAsync($"act_id = '{body.GetProperty("act_id")}' and target = 'parked/session:cs_retried'"));
        var command = $"018f6b1e-0000-7000-8000-{Random.Shared.NextInt64(1L << 47):x12}:3";
        var done = await operators.ActAsync($"/api/admin/dead-letters/parked/wallet_command:{command}/replay", Reason);
        Assert.True(done.Body.GetProperty("done").GetBoolean());
        Assert.Contains("retry Session cs_retried", operators.Others.MoneyActs);
        Assert.Contains($"retry WalletCommand {command}", operators.Others.MoneyActs);
    }

    [Fact]
    public async Task An_admin_dismisses_it_once_with_an_entry()
    {
        var (id, key) = ($"cs_{Guid.NewGuid():N}", $"{Guid.NewGuid()}");
        var path = $"/api/admin/dead-letters/parked/session:{id}/dismiss";
        var (status, body) = await operators.ActAsync(path, Reason, key);
        var again = await operators.ActAsync(path, Reason, key);
        Assert.Equal((200, 200, body.GetRawText()), (status, again.Status, again.Body.GetRawText()));
        Assert.Single(operators.Others.MoneyActs, act => act == $"dismiss Session {id}");
        Assert.Equal(
            """dead_letter_dismissed 0 - -;dead_letter_dismissed 1 - {"dismissed":true}""",
            await operators.EntriesAsync($"target = 'parked/session:{id}' and actor_id = '{operators.Admin}'"));
    }

    [Fact]
    public async Task An_item_that_is_not_set_aside_is_rejected_and_other_ids_are_not_found()
    {
        foreach (var act in new[] { "replay", "dismiss" })
        {
            var (status, body) = await operators.ActAsync($"/api/admin/dead-letters/parked/session:cs_none/{act}", Reason);
            Assert.Equal((409, "parked_item_not_found"), (status, body.GetProperty("service_code").GetString()));
            foreach (var id in new[] { "session:", "cs_1", ":cs_1", "unspecified:cs_1", "unknown:cs_1", $"session:{new string('x', 300)}" })
            {
                Assert.Equal(404, (await operators.ActAsync($"/api/admin/dead-letters/parked/{id}/{act}", Reason)).Status);
            }
            Assert.Equal(400, (await operators.ActAsync($"{Parked}/{act}", new { reason = "" })).Status);
            Assert.Equal(400, (await operators.SendAsync(
                HttpMethod.Post, $"{Parked}/{act}", operators.Admin, "admin", Reason)).Status);
        }
        // Other queues have nothing to dismiss.
        foreach (var id in new[] { $"{Guid.NewGuid()}", "session:cs_1" })
        {
            Assert.Equal(404, (await operators.ActAsync($"/api/admin/dead-letters/mails/{id}/dismiss", Reason)).Status);
        }
    }

    [Fact]
    public async Task Evidence_is_looked_at_and_submitted_with_an_entry_of_its_user()
    {
        var (dispute, user) = ($"dp_{Guid.NewGuid():N}", Guid.NewGuid());
        operators.Others.OwnersOfPayments[dispute] = $"{user}";
        var path = $"/api/admin/disputes/{dispute}/evidence";
        var (read, preview) = await operators.SendAsync(HttpMethod.Get, path, operators.Admin, "admin");
        Assert.Equal((200, "needs_response", "Purchase 1.", "1970-01-01T00:00:00Z"), (
            read, preview.GetProperty("status").GetString(), preview.GetProperty("summary").GetString(),
            preview.GetProperty("due_by").GetString()![..19] + "Z"));
        Assert.Equal("", await operators.EntriesAsync($"target = '{dispute}'"));

        var key = $"{Guid.NewGuid()}";
        var body = new { reason = "They used all of it.", note = "The customer wrote to us." };
        var (status, submitted) = await operators.ActAsync(path, body, key);
        Assert.Equal(200, (await operators.ActAsync(path, body, key)).Status);
        Assert.Equal((200, "under_review"), (status, submitted.GetProperty("status").GetString()));
        Assert.Equal(
            [$"look at {dispute} {operators.Admin} ", $"submit {dispute} {operators.Admin} The customer wrote to us."],
            operators.Others.MoneyActs.Where(act => act.Contains(dispute, StringComparison.Ordinal)));
        Assert.Equal(
            """evidence_submitted 0 - -;evidence_submitted 1 - {"status":"under_review","due_by":null}""",
            await operators.EntriesAsync($"target = '{dispute}' and subject_id = '{user}' and reason = 'They used all of it.'"));
    }

    [Fact]
    public async Task Evidence_that_the_bank_does_not_take_is_rejected()
    {
        operators.Others.OwnersOfPayments[PaymentsStandIn.DecidedDispute] = $"{Guid.NewGuid()}";
        var path = $"/api/admin/disputes/{PaymentsStandIn.DecidedDispute}/evidence";
        var (status, body) = await operators.ActAsync(path, Reason);
        Assert.Equal((409, "stripe_rejected"), (status, body.GetProperty("service_code").GetString()));
        var unknown = await operators.SendAsync(HttpMethod.Get, "/api/admin/disputes/dp_none/evidence", operators.Admin, "admin");
        Assert.Equal((404, "dispute_not_found"), (unknown.Status, unknown.Body.GetProperty("code").GetString()));
        Assert.Equal(409, (await operators.ActAsync("/api/admin/disputes/dp_none/evidence", Reason)).Status);
        foreach (var body400 in new object[]
        {
            new { reason = "Try.", note = new string('x', 4_001) }, new { reason = "Try.", note = "a\0" }, new { reason = " ", note = "a" },
        })
        {
            Assert.Equal(400, (await operators.ActAsync(path, body400)).Status);
        }
        Assert.Equal(404, (await operators.ActAsync($"/api/admin/disputes/{new string('d', 256)}/evidence", Reason)).Status);
    }

    [Fact]
    public async Task A_block_is_lifted_with_an_entry_of_its_user()
    {
        var user = Guid.NewGuid();
        var (status, body) = await operators.ActAsync($"/api/admin/users/{user}/lift-topup-block", Reason);
        Assert.Equal((200, 2), (status, body.GetProperty("lifted").GetInt32()));
        Assert.Contains($"lift {user} {operators.Admin}", operators.Others.MoneyActs);
        Assert.Equal(
            """topup_block_lifted 0 - -;topup_block_lifted 1 - {"lifted":2}""", await operators.EntriesAsync($"subject_id = '{user}'"));
        Assert.Equal(404, (await operators.ActAsync("/api/admin/users/1/lift-topup-block", Reason)).Status);
        Assert.Equal(400, (await operators.ActAsync($"/api/admin/users/{user}/lift-topup-block", new { reason = "" })).Status);
    }

    [Theory]
    [InlineData("dead-letters/parked/session:cs_hidden/dismiss")]
    [InlineData("disputes/dp_hidden/evidence")]
    [InlineData("users/018f6b1e-0000-7000-8000-00000000dead/lift-topup-block")]
    public async Task They_are_for_admins_by_the_header_and_by_the_table(string act)
    {
        operators.Others.OwnersOfPayments["dp_hidden"] = $"{Guid.NewGuid()}";
        foreach (var (user, role, status) in new[]
        {
            (operators.Support, "support", 403), (operators.Support, "admin", 403), (operators.Admin, "user", 404),
            (operators.Admin, "support", 403), (Guid.NewGuid(), "admin", 404),
        })
        {
            Assert.Equal(status, (await operators.SendAsync(
                HttpMethod.Post, $"/api/admin/{act}", user, role, Reason, $"{Guid.NewGuid()}")).Status);
        }
        var (withoutKey, body) = await operators.SendAsync(HttpMethod.Post, $"/api/admin/{act}", operators.Admin, "admin", Reason);
        Assert.Equal((400, true), (withoutKey, body.GetProperty("errors").TryGetProperty("Idempotency-Key", out _)));
        Assert.DoesNotContain(operators.Others.MoneyActs, one => one.Contains("hidden", StringComparison.Ordinal)
            || one.Contains("dead ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Support_retries_what_was_set_aside_but_reads_no_evidence_and_users_do_neither()
    {
        operators.Others.OwnersOfPayments["dp_unread"] = $"{Guid.NewGuid()}";
        const string Evidence = "/api/admin/disputes/dp_unread/evidence";
        Assert.Equal(403, (await operators.SendAsync(HttpMethod.Get, Evidence, operators.Support, "support")).Status);
        foreach (var role in new[] { null, "user", "support" })
        {
            var answer = await operators.SendAsync(
                HttpMethod.Post, "/api/admin/dead-letters/parked/session:cs_unread/replay", Guid.NewGuid(), role, Reason,
                $"{Guid.NewGuid()}");
            Assert.Equal(404, answer.Status);
        }
        Assert.DoesNotContain(operators.Others.MoneyActs, one => one.Contains("unread", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_payments_is_away_an_act_is_intended_and_the_same_key_completes_it()
    {
        var (id, key) = ($"cs_{Guid.NewGuid():N}", $"{Guid.NewGuid()}");
        var path = $"/api/admin/dead-letters/parked/session:{id}/dismiss";
        operators.Others.Silent["payments"] = true;
        try
        {
            Assert.Equal(503, (await operators.ActAsync(path, Reason, key)).Status);
        }
        finally
        {
            operators.Others.Silent.Clear();
        }
        Assert.Equal("dead_letter_dismissed 0 - -", await operators.EntriesAsync($"target = 'parked/session:{id}'"));
        Assert.Equal(200, (await operators.ActAsync(path, Reason, key)).Status);
        Assert.Equal(
            """dead_letter_dismissed 0 - -;dead_letter_dismissed 1 - {"dismissed":true}""",
            await operators.EntriesAsync($"target = 'parked/session:{id}'"));
    }
}
