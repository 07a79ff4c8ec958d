using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Signing in by a link in a mail.</summary>
public sealed class LinkTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task The_first_sign_in_makes_the_anonymous_user_the_account()
    {
        var user = Guid.NewGuid();
        var token = await accounts.LinkAsync(user, $" {_email.ToUpperInvariant()} ", "/jobs?x=1#end");
        using var answer = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/auth/link/confirm", new { token });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var since = new DateTimeOffset(
            await accounts.Database.ScalarAsync<DateTime>($"select created_at from accounts where user_id = '{user}'"));
        Assert.Equal(since, SinceOf(answer), TimeSpan.FromMicroseconds(1));
        Assert.Equal($$"""{"uid":"{{user}}","return_to":"/jobs?x=1#end"}""", await answer.Content.ReadAsStringAsync());
        var account = await accounts.App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");
        Assert.Equal(_email, account.GetProperty("email").GetString());
        Assert.Equal(0, await JoinsAsync($"from_user_id = '{user}' or into_user_id = '{user}'"));

        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = await accounts.LinkAsync(user, _email);
        using var again = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/auth/link/confirm", new { token = later });
        Assert.Equal(since, SinceOf(again));
    }

    [Fact]
    public async Task A_known_address_signs_in_its_account_and_the_join_of_the_wallets_is_stored_once()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(first, await accounts.SignInAsync(first, _email));
        Assert.Equal(first, await accounts.SignInAsync(second, _email));
        Assert.Equal(first, await accounts.SignInAsync(second, _email));
        Assert.Equal(first, await accounts.SignInAsync(first, _email));
        Assert.Equal(1, await JoinsAsync($"from_user_id = '{second}' and into_user_id = '{first}'"));
        Assert.Equal(1, await JoinsAsync($"'{first}' in (from_user_id, into_user_id)"));
    }

    [Fact]
    public async Task The_Gateway_is_told_whose_sessions_end_with_each_sign_in_of_a_user_who_is_joined()
    {
        var (account, guest, other) = (await accounts.CreateAccountAsync(_email), Guid.NewGuid(), AccountsFixture.NewEmail());
        foreach (var (user, email, left) in new[]
        {
            // Twice: the Gateway may have missed the first one.
            (guest, _email, (Guid?)guest), (guest, _email, guest), (guest, other, guest), (account, _email, null), (account, other, null),
        })
        {
            var token = await accounts.LinkAsync(user, email);
            using var answer = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/auth/link/confirm", new { token });
            Assert.Equal(left, SignedInOf(answer).LeftUserId);
        }
    }

    [Fact]
    public async Task A_browser_that_is_signed_in_to_another_account_is_switched_and_nothing_is_joined()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        await accounts.SignInAsync(one, AccountsFixture.NewEmail());
        await accounts.SignInAsync(other, _email);
        Assert.Equal(other, await accounts.SignInAsync(one, _email));
        Assert.Equal(0, await JoinsAsync($"'{one}' in (from_user_id, into_user_id)"));
        var third = await accounts.SignInAsync(one, AccountsFixture.NewEmail());
        Assert.DoesNotContain(third, new[] { one, other });
    }

    [Fact]
    public async Task A_user_whose_wallet_has_left_becomes_no_account_of_its_own()
    {
        var (account, guest) = (await accounts.CreateAccountAsync(_email), Guid.NewGuid());
        Assert.Equal(account, await accounts.SignInAsync(guest, _email));
        Assert.NotEqual(guest, await accounts.SignInAsync(guest, AccountsFixture.NewEmail()));
        Assert.Equal(1, await JoinsAsync($"from_user_id = '{guest}'"));
    }

    [Fact]
    public async Task A_link_works_once_even_for_many_at_a_time()
    {
        var token = await accounts.LinkAsync(Guid.NewGuid(), _email);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => accounts.ConfirmAsync(Guid.NewGuid(), token, confirmed: true)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), AssertExpired);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_browser_that_has_confirmed_a_link_gets_the_same_outcome_for_5_minutes_and_no_other_does(bool isKnown)
    {
        var account = isKnown ? await accounts.CreateAccountAsync(_email) : (Guid?)null;
        var user = Guid.NewGuid();
        var token = await accounts.LinkAsync(user, _email, "/jobs");
        accounts.Clock.Advance(TimeSpan.FromMinutes(12));
        var first = await AnswerAsync();
        Assert.Equal((account ?? user, account is null ? null : (Guid?)user), (first.User.UserId, first.User.LeftUserId));
        // At once and later, also when the link itself would have ended.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AnswerAsync())), again => Assert.Equal(first, again));
        AssertExpired(await accounts.ConfirmAsync(Guid.NewGuid(), token, confirmed: true));
        AssertExpired(await accounts.ConfirmAsync(null, token, confirmed: true));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(first, await AnswerAsync());
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from audit_entries where action = 'signed_in' and subject_id = '{first.User.UserId}'"));
        Assert.Equal(account is null ? 0 : 1, await JoinsAsync($"from_user_id = '{user}'"));
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        AssertExpired(await accounts.ConfirmAsync(user, token));

        async Task<(SignedInUser User, string Body)> AnswerAsync()
        {
            using var answer = await accounts.App.CreateClient(user).PostAsJsonAsync("/api/auth/link/confirm", new { token });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return (SignedInOf(answer), await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_link_is_repeated_by_the_browser_that_has_confirmed_it_not_by_the_one_that_asked_nor_without_a_session()
    {
        var (asked, other) = (Guid.NewGuid(), Guid.NewGuid());
        var token = await accounts.LinkAsync(asked, _email);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(other, token, confirmed: true)).Status);
        AssertExpired(await accounts.ConfirmAsync(asked, token, confirmed: true));
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(other, token, confirmed: true)).Status);

        var withoutSession = await accounts.LinkAsync(asked, AccountsFixture.NewEmail());
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(null, withoutSession, confirmed: true)).Status);
        foreach (var user in new Guid?[] { null, asked, Guid.Empty })
        {
            AssertExpired(await accounts.ConfirmAsync(user, withoutSession, confirmed: true));
        }
    }

    [Fact]
    public async Task A_link_whose_address_the_account_has_given_up_is_not_repeated()
    {
        var user = Guid.NewGuid();
        var token = await accounts.LinkAsync(user, _email);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(user, token)).Status);
        await accounts.Database.ExecuteAsync(
            $"update accounts set email = '{AccountsFixture.NewEmail()}' where user_id = '{user}'");
        AssertExpired(await accounts.ConfirmAsync(user, token));
    }

    [Fact]
    public async Task Two_browsers_that_confirm_a_new_address_at_the_same_time_share_one_account()
    {
        var users = new[] { Guid.NewGuid(), Guid.NewGuid() };
        var tokens = new[] { await accounts.LinkAsync(users[0], _email), await accounts.LinkAsync(users[1], _email) };
        var answers = await Task.WhenAll(users.Zip(tokens).Select(pair => accounts.ConfirmAsync(pair.First, pair.Second)));
        var signedIn = answers.Select(answer => answer.Body.GetProperty("uid").GetGuid()).Distinct().ToList();
        Assert.Contains(Assert.Single(signedIn), users);
        Assert.Equal(1, await JoinsAsync($"into_user_id = '{signedIn[0]}' and from_user_id in ('{users[0]}', '{users[1]}')"));
    }

    [Fact]
    public async Task Another_browser_is_asked_first_and_is_the_one_that_is_signed_in()
    {
        var (asked, other) = (Guid.NewGuid(), Guid.NewGuid());
        var token = await accounts.LinkAsync(asked, _email);
        foreach (var scanner in new Guid?[] { null, other })
        {
            var (status, problem) = await accounts.ConfirmAsync(scanner, token);
            Assert.Equal((HttpStatusCode.Conflict, "confirmation_required"), (status, problem.GetProperty("code").GetString()));
            Assert.Equal($"{_email[0]}…@example.com", problem.GetProperty("email").GetString());
        }
        Assert.Equal(0L, await accounts.Database.ScalarAsync<long>($"select count(*) from accounts where email = '{_email}'"));
        var (confirmed, body) = await accounts.ConfirmAsync(other, token, confirmed: true);
        // Not the one who asked: anyone may ask for a link to another's address.
        Assert.Equal((HttpStatusCode.OK, other), (confirmed, body.GetProperty("uid").GetGuid()));
    }

    [Fact]
    public async Task A_browser_without_a_session_gets_a_new_user()
    {
        var asked = Guid.NewGuid();
        var (status, body) = await accounts.ConfirmAsync(null, await accounts.LinkAsync(asked, _email), confirmed: true);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain(body.GetProperty("uid").GetGuid(), new[] { asked, Guid.Empty });
    }

    [Fact]
    public async Task A_link_ends_after_15_minutes()
    {
        var (user, late) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        var token = await accounts.LinkAsync(user, _email);
        var lateToken = await accounts.LinkAsync(user, late);
        accounts.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(user, token)).Status);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        AssertExpired(await accounts.ConfirmAsync(user, lateToken));
    }

    [Fact]
    public async Task A_change_of_any_character_invalidates_a_token()
    {
        var user = Guid.NewGuid();
        var token = await accounts.LinkAsync(user, _email);
        for (var at = 0; at < token.Length; at += 3)
        {
            var changed = $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}";
            AssertExpired(await accounts.ConfirmAsync(user, changed, confirmed: true));
        }
        AssertExpired(await accounts.ConfirmAsync(user, $"{token} "));
        AssertExpired(await accounts.ConfirmAsync(user, token[..^1]));
        Assert.Equal(HttpStatusCode.BadRequest, (await accounts.ConfirmAsync(user, null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await accounts.ConfirmAsync(user, new string('a', 513))).Status);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(user, token)).Status);
    }

    [Fact]
    public async Task The_database_has_the_hash_of_a_token_and_never_the_token()
    {
        var token = await accounts.LinkAsync(Guid.NewGuid(), _email);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        Assert.Equal(hash, await accounts.Database.ScalarAsync<string>(
            $"select encode(token_hash, 'hex') from sign_in_links where email = '{_email}'"));
        var rows = await accounts.Database.ScalarAsync<string>(
            """
            select string_agg(row, '') from (
                select row_to_json(l)::text as row from sign_in_links l union all select row_to_json(m)::text from mails m) rows
            """);
        Assert.Contains(_email, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(token, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(token[^43..], rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_the_same_for_a_known_and_an_unknown_address()
    {
        await accounts.CreateAccountAsync(_email);
        using var known = await accounts.AskAsync(Guid.NewGuid(), _email);
        using var unknown = await accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (known.StatusCode, unknown.StatusCode));
        Assert.Equal(await known.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(known.Headers.Select(header => header.Key), unknown.Headers.Select(header => header.Key));
    }

    [Theory]
    [InlineData("jo", "/", "email")]
    [InlineData(null, "/", "email")]
    [InlineData("jo@example.com", "//attacker.example", "return_to")]
    [InlineData("jo@example.com", "https://attacker.example/", "return_to")]
    [InlineData("jo", "javascript:alert(1)", "email return_to")]
    public async Task A_request_is_rejected_for_these_fields(string? email, string returnTo, string fields)
    {
        using var answer = await accounts.AskAsync(Guid.NewGuid(), email, returnTo);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(fields, string.Join(' ', problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order()));
    }

    private static DateTimeOffset SinceOf(HttpResponseMessage answer) => SignedInOf(answer).AccountSince;

    private static SignedInUser SignedInOf(HttpResponseMessage answer) =>
        SignedInUser.Parse(answer.Headers.GetValues(SignedInUser.HeaderName).Single())!.Value;

    private static void AssertExpired((HttpStatusCode Status, JsonElement Body) answer) =>
        Assert.Equal((HttpStatusCode.Gone, "link_expired"), (answer.Status, answer.Body.GetProperty("code").GetString()));

    private async Task<int> JoinsAsync(string condition) =>
        (int)await accounts.Database.ScalarAsync<long>($"select count(*) from wallet_joins where {condition}");
}
