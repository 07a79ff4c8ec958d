using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What an operator reads.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class OperatorReadTests(OperatorsFixture operators)
{
    [Fact]
    public async Task A_user_is_found_by_id_address_job_and_payment()
    {
        var (email, job, payment) = (AccountsFixture.NewEmail(), Guid.NewGuid(), $"ch_{Guid.NewGuid():N}");
        var user = await operators.Accounts.CreateAccountAsync(email);
        operators.Others.OwnersOfJobs[$"{job}"] = $"{user}";
        operators.Others.OwnersOfPayments[payment] = $"{user}";
        foreach (var query in new[] { $"uid={user}", $"email=%20{email.ToUpperInvariant()}", $"job={job}", $"payment={payment}" })
        {
            var found = (await operators.GetAsync($"/api/admin/users?{query}")).Body.GetProperty("users").EnumerateArray().Single();
            Assert.Equal(
                (user, email, "user"),
                (found.GetProperty("uid").GetGuid(), found.GetProperty("email").GetString(), found.GetProperty("roles")[0].GetString()));
        }
        var guest = Guid.NewGuid();
        var anonymous = (await operators.GetAsync($"/api/admin/users?uid={guest}")).Body.GetProperty("users")[0];
        Assert.Equal(
            $$"""{"uid":"{{guest}}","email":null,"roles":[],"created_at":null,"deleted_at":null,"joined_into":null,"joined_users":[]}""",
            anonymous.GetRawText());
        foreach (var query in new[] { $"email={AccountsFixture.NewEmail()}", $"job={Guid.NewGuid()}", "job=1", "payment=pi_none" })
        {
            Assert.Equal("""{"users":[]}""", (await operators.GetAsync($"/api/admin/users?{query}")).Body.GetRawText());
        }
        foreach (var query in new[] { "", "uid=1", "email=jo", $"uid={user}&email={email}", $"job={job}&payment={payment}" })
        {
            Assert.Equal(400, (await operators.GetAsync($"/api/admin/users?{query}")).Status);
        }
    }

    [Fact]
    public async Task A_users_wallet_lots_statement_and_mails_are_read()
    {
        var (user, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        Assert.Equal(user, await operators.Accounts.SignInAsync(user, email));
        await CreditAsync(user, "1", 200, EntryReason.Topup, "pi_1");
        await CreditAsync(user, "2", 30, EntryReason.Bonus, "pi_1");
        var (status, body) = await operators.GetAsync($"/api/admin/users/{user}");
        Assert.Equal((200, email), (status, body.GetProperty("user").GetProperty("email").GetString()));
        Assert.Equal(
            """{"balance_cents":230,"held_cents":0,"receivable_cents":0,"frozen":false}""", body.GetProperty("wallet").GetRawText());
        Assert.Equal(
            ["bonus 30 pi_1", "paid 200 pi_1"],
            body.GetProperty("lots").EnumerateArray().Select(lot =>
                $"{lot.GetProperty("kind")} {lot.GetProperty("left_cents")} {lot.GetProperty("stripe_payment_id")}"));

        var first = (await operators.GetAsync($"/api/admin/users/{user}/ledger?limit=1")).Body;
        var second = (await operators.GetAsync(
            $"/api/admin/users/{user}/ledger?limit=1&cursor={first.GetProperty("next_cursor")}")).Body;
        Assert.Equal(["bonus 30", "topup 200"], Entries(first).Concat(Entries(second)));
        Assert.Equal(400, (await operators.GetAsync($"/api/admin/users/{user}/ledger?cursor=1")).Status);
        Assert.Equal(400, (await operators.GetAsync($"/api/admin/users/{user}/ledger?limit=0")).Status);

        var mail = (await operators.GetAsync($"/api/admin/users/{user}/mails")).Body.GetProperty("mails").EnumerateArray().Single();
        Assert.Equal(("sign_in", "sent"), (mail.GetProperty("kind").GetString(), mail.GetProperty("status").GetString()));
        foreach (var nobody in new[] { "1", $"{Guid.Empty}", $"{user}%20" })
        {
            foreach (var path in new[] { "", "/ledger", "/mails", "/audit", "/payments", "/jobs", "/files", "/grants" })
            {
                Assert.Equal((nobody, path, 404), (nobody, path, (await operators.GetAsync($"/api/admin/users/{nobody}{path}")).Status));
            }
        }
        Assert.Equal(404, (await operators.SendAsync(HttpMethod.Get, $"/api/admin/users/{user}", user, role: null)).Status);
    }

    [Fact]
    public async Task Mails_to_an_address_before_to_a_named_one_and_about_a_joined_user_are_the_users()
    {
        var (guest, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        var user = await operators.Accounts.CreateAccountAsync(email);
        await operators.Database.ExecuteAsync(
            $"""
            insert into wallet_joins (from_user_id, into_user_id, created_at, due_at, state, attempts, ended_at)
            values ('{guest}', '{user}', now(), now(), 1, 1, now());
            insert into mails (mail_id, kind, recipient, about_id, created_at, due_at, attempts, sent_at)
            select gen_random_uuid(), 1, recipient, about::uuid, now() + number * interval '1 second', now(), 1, now()
            from (values (1, 'before@example.com', '{user}'), (2, 'named@example.com', '{guest}'), (3, 'a@example.com', '{Guid.NewGuid()}'))
                as mail (number, recipient, about)
            """);
        var mails = (await operators.GetAsync($"/api/admin/users/{user}/mails")).Body.GetProperty("mails").EnumerateArray();
        Assert.Equal(
            ["named@example.com", "before@example.com"],
            mails.Select(mail => mail.GetProperty("recipient").GetString()).Where(recipient => recipient != email));
    }

    [Fact]
    public async Task The_audit_log_is_read_in_pages_as_a_whole_and_by_user()
    {
        var user = Guid.NewGuid();
        for (var signIn = 0; signIn < 3; signIn++)
        {
            await operators.Accounts.SignInAsync(user, $"{user:N}@example.com");
        }
        var path = $"/api/admin/users/{user}/audit?limit=2";
        var first = (await operators.GetAsync(path)).Body;
        var second = (await operators.GetAsync($"{path}&cursor={first.GetProperty("next_cursor")}")).Body;
        var sequences = new[] { first, second }.SelectMany(page => page.GetProperty("entries").EnumerateArray())
            .Select(entry => entry.GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal((3, JsonValueKind.Null), (sequences.Count, second.GetProperty("next_cursor").ValueKind));
        Assert.Equal(sequences.OrderDescending(), sequences);
        var newest = first.GetProperty("entries")[0];
        Assert.Equal(
            ("signed_in", "done", user, false),
            (newest.GetProperty("action").GetString(), newest.GetProperty("state").GetString(), newest.GetProperty("actor_id").GetGuid(),
                newest.GetProperty("after").GetProperty("new_account").GetBoolean()));
        var whole = (await operators.GetAsync("/api/admin/audit?limit=100")).Body.GetProperty("entries").EnumerateArray();
        Assert.Empty(sequences.Except(whole.Select(entry => entry.GetProperty("sequence").GetInt64())));
        Assert.Equal(400, (await operators.GetAsync($"{path}&cursor=1")).Status);
    }

    [Fact]
    public async Task How_far_the_audit_log_is_checked_is_read()
    {
        await operators.App.Services.GetRequiredService<AuditWatch>().CheckAsync(CancellationToken.None);
        var (status, body) = await operators.GetAsync("/api/admin/audit/check");
        Assert.Equal(
            (200, await operators.Database.ScalarAsync<long>("select max(sequence) from audit_entries"), JsonValueKind.Null),
            (status, body.GetProperty("last_sequence").GetInt64(), body.GetProperty("first_broken_sequence").ValueKind));
        Assert.Equal(0, body.GetProperty("age_seconds").GetInt64());
        Assert.Equal(
            await operators.Database.ScalarAsync<string>("select encode(hash, 'hex') from audit_entries order by sequence desc limit 1"),
            body.GetProperty("last_hash").GetString());
        Assert.Equal(404, (await operators.SendAsync(HttpMethod.Get, "/api/admin/audit/check", operators.Support, role: null)).Status);
    }

    [Fact]
    public async Task Dead_letters_are_listed_and_tried_again()
    {
        var email = AccountsFixture.NewEmail();
        await operators.Accounts.FaultAsync("status", times: 10, status: 422);
        using (await operators.Accounts.AskAsync(Guid.NewGuid(), email))
        {
        }
        await Eventually.IsTrueAsync(
            () => operators.Database.ScalarAsync<bool>(
                $"select count(*) = 1 from mails where recipient = '{email}' and failed_at is not null"),
            "the mail is a dead letter");
        Assert.True(await operators.Accounts.EndFaultsAsync() > 0);
        var (buyer, address) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        await operators.Database.ExecuteAsync(
            $"""
            insert into accounts (user_id, email, created_at) values ('{buyer}', '{address}', '2000-01-01');
            insert into dead_feed_events (event_id, feed, sequence, user_id, message, error, attempts, failed_at)
            values (gen_random_uuid(), 'payments', 7, '{buyer}',
                decode('{Convert.ToHexString(FeedFixture.Payment(buyer)(7).ToByteArray())}', 'hex'), 'x', 3, now())
            """);
        // Other tests have dead mails too.
        var mail = await operators.Database.ScalarAsync<Guid>($"select mail_id from mails where recipient = '{email}'");
        var dead = (await operators.GetAsync("/api/admin/dead-letters")).Body.GetProperty("dead_letters").EnumerateArray()
            .Where(one => one.GetProperty("queue").GetString() != "mails" || one.GetProperty("id").GetString() == $"{mail}").ToList();
        Assert.Equal(
            ["access-grants", "feed-events", "job-steps", "mails", "parked", "payment-events"],
            dead.Select(one => one.GetProperty("queue").GetString()).Order());
        foreach (var one in dead)
        {
            var path = $"/api/admin/dead-letters/{one.GetProperty("queue")}/{one.GetProperty("id")}/replay";
            Assert.Equal(200, (await operators.ActAsync(path, new { reason = "It works again." })).Status);
            var effect = one.GetProperty("queue").GetString() switch
            {
                "payment-events" or "feed-events" => """{"done":true}""",
                "parked" => """{"done":false}""",
                _ => "-",
            };
            Assert.Equal($"dead_letter_replayed 0 - -;dead_letter_replayed 1 - {effect}", await operators.EntriesAsync(
                $"target = '{one.GetProperty("queue")}/{one.GetProperty("id")}'"));
        }
        await Eventually.BecomesAsync(() => operators.Accounts.MailsAsync(email), mails => mails.Count == 1, "the mail arrives");
        await Eventually.BecomesAsync(() => operators.Accounts.MailsAsync(address), mails => mails.Count == 1, "the receipt arrives");
        Assert.Equal(
            new[] { $"{JobsStandIn.DeadJob} end_hold", "evt_1", StandIns.ManualGrant }.Order(), operators.Others.Replayed.Order());
        var gone = await operators.ActAsync($"/api/admin/dead-letters/mails/{Guid.NewGuid()}/replay", new { reason = "Try." });
        Assert.Equal((409, "mail_not_dead"), (gone.Status, gone.Body.GetProperty("service_code").GetString()));
        Assert.Equal(404, (await operators.ActAsync("/api/admin/dead-letters/videos/1/replay", new { reason = "Try." })).Status);
    }

    private static IEnumerable<string> Entries(JsonElement page) => page.GetProperty("entries").EnumerateArray()
        .Select(entry => $"{entry.GetProperty("reason")} {entry.GetProperty("change_cents")}");

    private async Task CreditAsync(Guid user, string key, long cents, EntryReason reason, string payment) =>
        await operators.Wallet.CreditAsync(new CreditRequest
        {
            UserId = $"{user}",
            IdempotencyKey = key,
            AmountCents = cents,
            Reason = reason,
            StripePaymentId = payment,
        });
}
