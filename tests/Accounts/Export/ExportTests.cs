using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary><c>GET /api/account/export</c>.</summary>
public sealed class ExportTests(DeletionFixture accounts) : IClassFixture<DeletionFixture>
{
    private readonly Guid _guest = Guid.NewGuid();
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task It_has_what_every_service_has_of_the_user_and_of_joined_ones_and_nothing_of_others()
    {
        var account = await accounts.SignInAsync(Guid.NewGuid(), _email);
        var stranger = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        for (var i = 0; i < 101; i++)
        {
            await accounts.CreditAsync(_guest, 1, $"topup-{i}");
        }
        await accounts.CreditAsync(stranger, 77, "strange");
        await accounts.SignInAsync(_guest, _email);
        await Eventually.IsTrueAsync(
            async () => await accounts.CountAsync("wallet_joins", $"from_user_id = '{_guest}' and state = 1") == 1,
            "the wallets are joined");
        foreach (var (user, subject) in new[] { (account, "Mine"), (stranger, "Another's") })
        {
            using var ticket = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/support", new { subject, message = "Text" });
            Assert.True(ticket.IsSuccessStatusCode);
        }
        foreach (var (user, name) in new[] { (account, "My phone"), (stranger, "Another's phone") })
        {
            await accounts.Database.ExecuteAsync(
                $"""
                insert into passkeys (passkey_id, credential_id, user_id, name, public_key, sign_count, created_at)
                values ('{user}', '\x{user:N}', '{user}', '{name.Replace("'", "''", StringComparison.Ordinal)}', '\x00', 0, now())
                """);
        }
        accounts.Jobs.Entries = [("jobs", """{"job_id":"USER"}""")];
        accounts.Payments.Entries = [("purchases", """{"id":1}"""), ("purchases", """{"id":2}"""), ("cards", """{"last4":"4242"}""")];

        var (status, export) = await ExportAsync(account);

        Assert.Equal(200, status);
        Assert.Equal(
            [
                "generated_at", "account", "account_since", "joined_users", "identities", "passkeys", "tickets", "mails", "acts", "wallets",
                "ledger",
                "purchases", "cards", "customers", "auto_topups", "grants", "jobs", "uploads", "downloads", "complete",
            ],
            export.EnumerateObject().Select(member => member.Name));
        Assert.True(export.GetProperty("complete").GetBoolean());
        Assert.Equal(_email, export.GetProperty("account").GetProperty("email").GetString());
        Assert.Equal([$"{_guest}"], export.GetProperty("joined_users").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(
            ["Mine Text"], export.GetProperty("tickets").EnumerateArray().Select(
                ticket => $"{ticket.GetProperty("subject")} {ticket.GetProperty("messages")[0].GetProperty("text")}"));
        var passkey = Assert.Single(export.GetProperty("passkeys").EnumerateArray());
        Assert.Equal(["id", "name", "created_at", "last_used_at"], passkey.EnumerateObject().Select(member => member.Name));
        Assert.Equal("My phone", passkey.GetProperty("name").GetString());
        Assert.Contains("sign_in", export.GetProperty("mails").EnumerateArray().Select(mail => mail.GetProperty("kind").GetString()));
        Assert.Equal(
            ["data_exported", "signed_in", "signed_in"],
            export.GetProperty("acts").EnumerateArray().Select(act => act.GetProperty("action").GetString()));
        Assert.Equal([101L, 0], export.GetProperty("wallets").EnumerateArray().Select(one => one.GetProperty("balance_cents").GetInt64()));
        // 101 that arrived by the join, 101 that were credited and 101 that left.
        Assert.Equal(303, export.GetProperty("ledger").GetArrayLength());
        Assert.Equal([1L, 2], export.GetProperty("purchases").EnumerateArray().Select(row => row.GetProperty("id").GetInt64()));
        Assert.Equal($"{account}", export.GetProperty("jobs")[0].GetProperty("job_id").GetString());
        Assert.Equal(0, export.GetProperty("grants").GetArrayLength());
        var text = export.GetRawText();
        Assert.DoesNotContain($"{stranger}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Another's", text, StringComparison.Ordinal);
        // A session that was left behind sees nothing of the account.
        var (_, theirs) = await ExportAsync(_guest);
        Assert.DoesNotContain(_email, theirs.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain($"{account}", theirs.GetProperty("acts").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_service_cannot_give_completely_is_given_out_by_none()
    {
        accounts.Storage.Entries = [("uploads", """{"key":"a"}""")];
        accounts.Storage.Failure = RpcErrors.Reject(StatusCode.Unavailable, "database_unavailable", "The database is unavailable.");
        try
        {
            Assert.Equal("503 service_unavailable", await RejectedAsync(_guest));
        }
        finally
        {
            (accounts.Storage.Failure, accounts.Storage.Entries) = (null, []);
        }
        accounts.Gate.Close();
        try
        {
            Assert.Equal("503 service_unavailable", await RejectedAsync(_guest));
        }
        finally
        {
            accounts.Gate.Reopen();
        }
        Assert.Equal(200, (await ExportAsync(_guest)).Status);
    }

    [Fact]
    public async Task A_user_exports_five_times_an_hour()
    {
        for (var i = 0; i < ExportRequests.MaxInWindow; i++)
        {
            Assert.Equal(200, (await ExportAsync(_guest)).Status);
        }
        Assert.Equal("429 export_limited", await RejectedAsync(_guest));
        Assert.Equal(200, (await ExportAsync(Guid.NewGuid())).Status);
        Assert.Equal(5, await accounts.CountAsync("audit_entries", $"actor_id = '{_guest}' and action = 'data_exported'"));
    }

    private async Task<string> RejectedAsync(Guid user)
    {
        var (status, body) = await ExportAsync(user);
        return $"{status} {body.GetProperty("code").GetString()}";
    }

    private async Task<(int Status, JsonElement Body)> ExportAsync(Guid user)
    {
        using var answer = await accounts.App.CreateClient(user).GetAsync(new Uri("/api/account/export", UriKind.Relative));
        if (answer.IsSuccessStatusCode)
        {
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            Assert.EndsWith(".json", answer.Content.Headers.ContentDisposition.FileName, StringComparison.Ordinal);
            Assert.NotNull(answer.Content.Headers.ContentLength);
        }
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
