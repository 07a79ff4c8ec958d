using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The change of the address of an account.</summary>
public sealed class AddressChangeTests(AddressFixture accounts) : IClassFixture<AddressFixture>
{
    private readonly string _old = AccountsFixture.NewEmail();
    private readonly string _new = $"n{AccountsFixture.NewEmail()}";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_address_changes_when_both_have_confirmed_in_any_order_and_not_before(bool oldFirst)
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        Assert.Equal((_old, _new), await accounts.AddressesAsync(user));
        var (first, second) = oldFirst ? (tokens.Old, tokens.New) : (tokens.New, tokens.Old);

        Assert.Equal((HttpStatusCode.OK, $"False {_old}"), await accounts.ConfirmAddressAsync(user, first));
        Assert.Equal((_old, _new), await accounts.AddressesAsync(user));
        Assert.Equal("address_change_requested", await accounts.ActsAsync(user));
        AssertExpired(await accounts.ConfirmAddressAsync(user, first));
        Assert.Equal((_old, _new), await accounts.AddressesAsync(user));

        Assert.Equal((HttpStatusCode.OK, $"True {_new}"), await accounts.ConfirmAddressAsync(user, second));
        Assert.Equal((_new, null), await accounts.AddressesAsync(user));
        AssertExpired(await accounts.ConfirmAddressAsync(user, first));
        AssertExpired(await accounts.ConfirmAddressAsync(user, second));
        Assert.Equal("address_change_requested address_changed", await accounts.ActsAsync(user));
        await accounts.SentAsync(_old);
        await accounts.SentAsync(_new);
        Assert.Equal(user, await accounts.SignInAsync(Guid.NewGuid(), _new));
        Assert.NotEqual(user, await accounts.SignInAsync(Guid.NewGuid(), _old));
    }

    [Fact]
    public async Task Both_addresses_are_told_before_and_after_and_the_new_one_not_whose_account_it_is()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        var (toOld, toNew) = ((await accounts.MailsAsync(_old))[^1], Assert.Single(await accounts.MailsAsync(_new)));
        Assert.Equal("Confirm the new address of your ReelBallers account", toOld.GetProperty("subject").GetString());
        Assert.Contains("change its address to n…@example.com", toOld.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("end the other sessions", toOld.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.Equal("Confirm your new address", toNew.GetProperty("subject").GetString());
        Assert.DoesNotContain("…", toNew.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(tokens.New, toOld.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(tokens.Old, toNew.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_old, toNew.GetProperty("text").GetString(), StringComparison.Ordinal);

        await accounts.ConfirmAddressAsync(user, tokens.Old);
        await accounts.ConfirmAddressAsync(user, tokens.New);

        await SubjectAsync(_old, 3, "The address of your ReelBallers account was changed");
        await SubjectAsync(_new, 2, "This is the address of your ReelBallers account");
    }

    [Theory]
    [InlineData("old_confirmed_at = now()", true, false)]
    [InlineData("new_confirmed_at = now()", false, true)]
    [InlineData("expires_at = created_at", true, true)]
    [InlineData("state = 2", true, true)]
    public async Task A_mail_with_a_link_that_is_of_no_use_any_more_is_not_sent(string since, bool endsOld, bool endsNew)
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        await accounts.SentAsync(_old);
        await accounts.FaultAsync("status", times: 2, status: 500);
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.RequestAsync(user, _new)).Status);
        var link = $"kind = {(int)MailKind.AddressChange} and attempts";
        foreach (var email in new[] { _old, _new })
        {
            await HasMailAsync(email, $"{link} = 1 and leased_until is null and last_error is not null");
        }
        Assert.Equal(2, await accounts.EndFaultsAsync());
        await accounts.Database.ExecuteAsync($"update address_changes set {since} where user_id = '{user}'");
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        const string Ended = "failed_at is not null and last_error = 'It was no longer of use.'";
        await HasMailAsync(_old, $"{link} = 2 and {(endsOld ? Ended : "sent_at is not null")}");
        await HasMailAsync(_new, $"{link} = 2 and {(endsNew ? Ended : "sent_at is not null")}");
    }

    private Task HasMailAsync(string email, string condition) => Eventually.IsTrueAsync(
        async () => await accounts.Database.ScalarAsync<long>(
            $"select count(*) from mails where recipient = '{email}' and {condition}") == 1, $"{email}: {condition}");

    [Fact]
    public async Task The_database_has_the_hashes_of_the_tokens_and_the_audit_log_no_address()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        var hashes = new[] { tokens.Old, tokens.New }
            .Select(token => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token))));
        Assert.Equal(string.Join(' ', hashes), await accounts.Database.ScalarAsync<string>(
            $"select encode(old_token_hash, 'hex') || ' ' || encode(new_token_hash, 'hex') from address_changes where user_id = '{user}'"));
        await accounts.ConfirmAddressAsync(user, tokens.Old);
        await accounts.ConfirmAddressAsync(user, tokens.New);
        var rows = await accounts.Database.ScalarAsync<string>(
            """
            select string_agg(row, '') from (select row_to_json(c)::text as row from address_changes c
                union all select row_to_json(m)::text from mails m) rows
            """);
        Assert.Contains(_new, rows, StringComparison.Ordinal);
        Assert.All(new[] { tokens.Old, tokens.New }, token => Assert.DoesNotContain(token[^43..], rows, StringComparison.Ordinal));
        var log = await accounts.Database.ScalarAsync<string>(
            $"select string_agg(row_to_json(e)::text, '') from audit_entries e where subject_id = '{user}'");
        Assert.DoesNotContain("@example.com", log, StringComparison.Ordinal);
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(distinct target) from audit_entries where subject_id = '{user}' and action like 'address%'"));
        Assert.Equal((0L, true), await CheckAsync());
    }

    [Fact]
    public async Task Nobody_but_the_account_itself_confirms()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var other = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        var tokens = await accounts.TokensAsync(user, _old, _new);
        foreach (var token in new[] { tokens.Old, tokens.New })
        {
            AssertExpired(await accounts.ConfirmAddressAsync(other, token));
            Assert.Equal((HttpStatusCode.Forbidden, "sign_in_required"), await accounts.ConfirmAddressAsync(Guid.NewGuid(), token));
            Assert.Equal((HttpStatusCode.Unauthorized, "not_authenticated"), await accounts.ConfirmAddressAsync(null, token));
        }
        Assert.Equal((_old, _new), await accounts.AddressesAsync(user));
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, tokens.Old)).Status);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, tokens.New)).Status);
    }

    [Fact]
    public async Task A_token_that_is_changed_or_made_for_something_else_confirms_nothing()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var (token, _) = await accounts.TokensAsync(user, _old, _new);
        for (var at = 0; at < token.Length; at += 7)
        {
            AssertExpired(await accounts.ConfirmAddressAsync(user, $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}"));
        }
        AssertExpired(await accounts.ConfirmAddressAsync(user, "garbage"));
        AssertExpired(await accounts.ConfirmAddressAsync(user, await accounts.LinkAsync(user, _old)));
        Assert.Equal(HttpStatusCode.Gone, (await accounts.ConfirmAsync(user, token, confirmed: true)).Status);
        foreach (var none in new[] { null, "", new string('a', 513) })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await accounts.ConfirmAddressAsync(user, none));
        }
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, token)).Status);
    }

    [Fact]
    public async Task The_links_end_after_30_minutes()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        accounts.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, tokens.Old)).Status);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        AssertExpired(await accounts.ConfirmAddressAsync(user, tokens.New));
        Assert.Equal((_old, null), await accounts.AddressesAsync(user));
    }

    [Fact]
    public async Task The_answer_is_the_same_for_a_known_and_an_unknown_new_address()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        await accounts.CreateAccountAsync(_new);
        var known = await accounts.RequestAsync(user, _new);
        var unknown = await accounts.RequestAsync(user, AccountsFixture.NewEmail());
        Assert.Equal(HttpStatusCode.Accepted, known.Status);
        Assert.Equal(known, unknown);
    }

    [Fact]
    public async Task An_address_that_another_account_has_is_told_only_after_both_confirmations()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        await accounts.CreateAccountAsync(_new);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        Assert.Equal((HttpStatusCode.OK, $"False {_old}"), await accounts.ConfirmAddressAsync(user, tokens.New));
        Assert.Equal((HttpStatusCode.Conflict, "address_in_use"), await accounts.ConfirmAddressAsync(user, tokens.Old));
        AssertExpired(await accounts.ConfirmAddressAsync(user, tokens.Old));
        Assert.Equal((_old, null), await accounts.AddressesAsync(user));
        Assert.Equal("address_change_requested", await accounts.ActsAsync(user));
    }

    [Fact]
    public async Task The_links_of_a_change_that_was_replaced_or_withdrawn_confirm_nothing()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var other = $"o{AccountsFixture.NewEmail()}";
        var replaced = await accounts.TokensAsync(user, _old, _new);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, replaced.Old)).Status);
        var withdrawn = await accounts.TokensAsync(user, _old, other);
        Assert.Equal((_old, other), await accounts.AddressesAsync(user));
        AssertExpired(await accounts.ConfirmAddressAsync(user, replaced.New));
        // The confirmation of the first one does not count for the second.
        Assert.Equal((HttpStatusCode.OK, $"False {_old}"), await accounts.ConfirmAddressAsync(user, withdrawn.New));
        Assert.Equal(HttpStatusCode.NoContent, await accounts.WithdrawAsync(user));
        Assert.Equal(HttpStatusCode.NoContent, await accounts.WithdrawAsync(user));
        AssertExpired(await accounts.ConfirmAddressAsync(user, withdrawn.Old));
        Assert.Equal((_old, null), await accounts.AddressesAsync(user));
        Assert.Equal(HttpStatusCode.NoContent, await accounts.WithdrawAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task Sign_in_links_of_the_old_address_end_with_the_change_and_those_of_the_new_one_reach_the_account()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);
        await accounts.ConfirmAddressAsync(user, tokens.Old);
        var browser = Guid.NewGuid();
        var (oldLink, newLink) = (await accounts.LinkAsync(browser, _old), await accounts.LinkAsync(browser, _new));
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, tokens.New)).Status);
        var (status, body) = await accounts.ConfirmAsync(browser, oldLink);
        Assert.Equal((HttpStatusCode.Gone, "link_expired"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>($"select count(*) from accounts where email = '{_old}'"));
        Assert.Equal(user, (await accounts.ConfirmAsync(browser, newLink)).Body.GetProperty("uid").GetGuid());
    }

    [Fact]
    public async Task Tickets_follow_the_address()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        using var ticket = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/support", new { subject = "A", message = "B" });
        Assert.Equal(HttpStatusCode.Created, ticket.StatusCode);
        await ChangeAsync(user);
        Assert.Equal(_new, await accounts.Database.ScalarAsync<string>($"select email from tickets where user_id = '{user}'"));
    }

    [Fact]
    public async Task A_change_gives_no_role_and_takes_none()
    {
        var admin = await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.AdminEmail);
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        await ChangeAsync(admin, AccountsFixture.AdminEmail, $"a{AccountsFixture.NewEmail()}");
        Assert.Equal(Role.Admin, await RoleAsync(admin));
        await ChangeAsync(user, _old, AccountsFixture.AdminEmail);
        Assert.Equal(Role.User, await RoleAsync(user));
        // There is an admin: a sign-in makes none of it either.
        Assert.Equal(user, await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.AdminEmail));
        Assert.Equal(Role.User, await RoleAsync(user));
    }

    [Fact]
    public async Task A_person_at_an_issuer_stays_the_one_of_the_account()
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        await accounts.Database.ExecuteAsync(
            $"insert into account_identities (issuer, subject, user_id, created_at) values ('https://issuer', '{_old}', '{user}', now())");
        await ChangeAsync(user);
        Assert.Equal(user, await accounts.Database.ScalarAsync<Guid>(
            $"select user_id from account_identities where issuer = 'https://issuer' and subject = '{_old}'"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("jo")]
    [InlineData("j\u00f6@example.com")]
    public async Task What_is_no_address_is_rejected(string? email)
    {
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        Assert.Equal(HttpStatusCode.BadRequest, (await accounts.RequestAsync(user, email)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await accounts.RequestAsync(user, $" {_old.ToUpperInvariant()}")).Status);
        var (status, body) = await accounts.RequestAsync(Guid.NewGuid(), _new);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("sign_in_required", JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code").GetString());
    }

    private async Task ChangeAsync(Guid user, string? from = null, string? to = null)
    {
        var tokens = await accounts.TokensAsync(user, from ?? _old, to ?? _new);
        await accounts.ConfirmAddressAsync(user, tokens.Old);
        Assert.Equal((HttpStatusCode.OK, $"True {to ?? _new}"), await accounts.ConfirmAddressAsync(user, tokens.New));
        await accounts.SentAsync(to ?? _new);
    }

    private async Task<Role> RoleAsync(Guid user) =>
        (Role)await accounts.Database.ScalarAsync<short>($"select role from accounts where user_id = '{user}'");

    private async Task SubjectAsync(string email, int count, string subject)
    {
        var mails = await Eventually.BecomesAsync(() => accounts.MailsAsync(email), mails => mails.Count == count, "the notice arrives");
        Assert.Equal(subject, mails[^1].GetProperty("subject").GetString());
    }

    private async Task<(long Broken, bool IsComplete)> CheckAsync()
    {
        var check = await accounts.Rpc().CheckAuditLogAsync(new());
        return (check.FirstBrokenSequence, check.IsComplete);
    }

    private static void AssertExpired((HttpStatusCode Status, string Outcome) answer) =>
        Assert.Equal((HttpStatusCode.Gone, "link_expired"), answer);
}
