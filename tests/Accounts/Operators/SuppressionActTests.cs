using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>An operator sees that an address is suppressed, and lifts it.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class SuppressionActTests(OperatorsFixture operators)
{
    private const string Path = "/api/admin/suppressions/lift";

    [Fact]
    public async Task A_user_whose_address_bounced_signs_in_again_once_an_operator_has_lifted_it()
    {
        var (user, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        await operators.Accounts.SignInAsync(user, email);
        await SuppressAsync(email);
        foreach (var part in new[] { "", "/mails" })
        {
            var seen = (await operators.GetAsync($"/api/admin/users/{user}{part}")).Body.GetProperty("suppression");
            Assert.Equal(
                ("bounced", "2026-01-02T03:04:05+00:00"), (seen.GetProperty("reason").GetString(), seen.GetProperty("since").GetString()));
        }
        using (var asked = await operators.Accounts.AskAsync(user, email))
        {
            Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        }

        var key = $"{Guid.NewGuid()}";
        var lifted = await LiftAsync(email.ToUpperInvariant(), key);
        Assert.Equal((200, "bounced"), (lifted.Status, lifted.Body.GetProperty("suppression").GetProperty("reason").GetString()));
        Assert.Equal(lifted.Body.GetRawText(), (await LiftAsync(email.ToUpperInvariant(), key)).Body.GetRawText());
        var again = await LiftAsync(email, $"{Guid.NewGuid()}");
        Assert.Equal((200, JsonValueKind.Null), (again.Status, again.Body.GetProperty("suppression").ValueKind));
        Assert.Equal(
            """suppression_lifted 0 {"reason":"bounced","since":"2026-01-02T03:04:05+00:00"} -;suppression_lifted 1 - """
                + """{"suppressed":false}""",
            await operators.EntriesAsync($"act_id = '{lifted.Body.GetProperty("act_id").GetGuid()}' and subject_id = '{user}' "
                + $"and target = '{EmailAddress.Mask(email)}'"));
        foreach (var part in new[] { "", "/mails" })
        {
            var seen = (await operators.GetAsync($"/api/admin/users/{user}{part}")).Body.GetProperty("suppression");
            Assert.Equal(JsonValueKind.Null, seen.ValueKind);
        }
        Assert.Equal(user, await operators.Accounts.SignInAsync(user, email));
    }

    [Fact]
    public async Task An_address_without_an_account_is_lifted_too_and_no_other_with_it()
    {
        var (email, other) = (AccountsFixture.NewEmail(), AccountsFixture.NewEmail());
        await SuppressAsync(email);
        await SuppressAsync(other);
        Assert.Equal(200, (await LiftAsync(email, $"{Guid.NewGuid()}")).Status);
        Assert.Equal(other, await operators.Database.ScalarAsync<string>(
            $"select string_agg(email, ' ') from suppressed_addresses where email in ('{email}', '{other}')"));
    }

    [Fact]
    public async Task What_is_no_address_has_no_reason_or_comes_from_a_user_changes_nothing()
    {
        var email = AccountsFixture.NewEmail();
        await SuppressAsync(email);
        foreach (var body in new object[]
            { new { email = "jo", reason = "Try." }, new { reason = "Try." }, new { email }, new { email, reason = " " } })
        {
            var answer = await operators.ActAsync(Path, body);
            Assert.Equal((400, "invalid_request"), (answer.Status, answer.Body.GetProperty("code").GetString()));
        }
        var user = await operators.Accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        // Also one whose request claims a role: that of the account counts.
        foreach (var role in new[] { null, "support" })
        {
            var answer = await operators.SendAsync(
                HttpMethod.Post, Path, user, role, new { email, reason = "Mine." }, $"{Guid.NewGuid()}");
            Assert.Equal(404, answer.Status);
        }
        var withoutKey = await operators.SendAsync(
            HttpMethod.Post, Path, operators.Support, "support", new { email, reason = "No key." });
        Assert.Equal((400, true), (withoutKey.Status, withoutKey.Body.GetProperty("errors").TryGetProperty("Idempotency-Key", out _)));
        Assert.Equal(1, await operators.Database.ScalarAsync<long>(
            $"select count(*) from suppressed_addresses where email = '{email}'"));
    }

    private Task<(int Status, JsonElement Body)> LiftAsync(string email, string key) => operators.SendAsync(
        HttpMethod.Post, Path, operators.Support, "support", new { email, reason = "The mailbox works again." }, key);

    private Task SuppressAsync(string email) => operators.Database.ExecuteAsync(
        $"insert into suppressed_addresses (email, reason, suppressed_at) values ('{email}', 0, '2026-01-02T03:04:05Z')");
}
