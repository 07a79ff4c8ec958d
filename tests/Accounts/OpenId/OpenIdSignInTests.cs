using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Signing in by a browser at an OpenID issuer.</summary>
public sealed class OpenIdSignInTests(OpenIdFixture accounts) : IClassFixture<OpenIdFixture>
{
    private static readonly (int, string?) Expired = (410, "sign_in_expired");
    private static readonly (int, string?) Rejected = (409, "sign_in_rejected");

    private readonly Guid _user = Guid.NewGuid();
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task The_first_sign_in_makes_the_anonymous_user_the_account()
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user, "/jobs?x=1#end"), _email.ToUpperInvariant());
        var answer = await accounts.FinishAsync(_user, back, client: "203.0.113.7");
        Assert.Equal($$"""{"uid":"{{_user}}","return_to":"/jobs?x=1#end"}""", answer.Body.GetRawText());
        Assert.Equal((_user, null), (answer.SignedIn!.Value.UserId, answer.SignedIn.Value.LeftUserId));
        var account = await accounts.App.CreateClient(_user).GetFromJsonAsync<JsonElement>("/api/account");
        Assert.Equal(_email, account.GetProperty("email").GetString());
        Assert.Equal(1, await accounts.CountAsync("account_identities", $"user_id = '{_user}' and issuer = '{accounts.IssuerOf()}'"));
        Assert.Equal(1, await accounts.CountAsync(
            "audit_entries",
            $"subject_id = '{_user}' and action = 'signed_in' and target = 'local' and client_address = '203.0.113.7'"));
    }

    [Fact]
    public async Task A_known_address_signs_in_its_account_and_the_browsers_user_is_joined_with_it()
    {
        var account = await accounts.CreateAccountAsync(_email);
        foreach (var provider in new[] { "local", "other", "local" })
        {
            var answer = await accounts.EnterAsync(_user, _email, provider: provider);
            Assert.Equal((account, _user), (answer.Uid, answer.SignedIn!.Value.LeftUserId));
        }
        Assert.Equal(1, await accounts.CountAsync("wallet_joins", $"from_user_id = '{_user}' and into_user_id = '{account}'"));
        Assert.Equal(2, await accounts.CountAsync("account_identities", $"user_id = '{account}'"));
    }

    [Fact]
    public async Task A_new_address_at_the_issuer_does_not_move_the_account()
    {
        var (subject, other) = ($"{Guid.NewGuid():N}", AccountsFixture.NewEmail());
        var stranger = await accounts.CreateAccountAsync(other);
        Assert.Equal(_user, (await accounts.EnterAsync(_user, _email, subject)).Uid);
        Assert.Equal(_user, (await accounts.EnterAsync(Guid.NewGuid(), other, subject)).Uid);
        Assert.Equal(1, await accounts.CountAsync("accounts", $"user_id = '{_user}' and email = '{_email}'"));
        Assert.Equal(0, await accounts.CountAsync("account_identities", $"user_id = '{stranger}'"));
    }

    [Fact]
    public async Task After_a_change_of_the_address_the_person_at_the_issuer_signs_in_to_the_same_account()
    {
        var (subject, other, guest, newcomer) = ($"{Guid.NewGuid():N}", AccountsFixture.NewEmail(), Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(_user, (await accounts.EnterAsync(_user, _email, subject)).Uid);
        await ChangeAddressAsync(other);

        // The issuer says the old address.
        var answer = await accounts.EnterAsync(guest, _email, subject);
        Assert.Equal((_user, guest), (answer.Uid, answer.SignedIn!.Value.LeftUserId));
        Assert.Equal(1, await accounts.CountAsync("accounts", $"user_id = '{_user}' and email = '{other}'"));
        Assert.Equal(1, await accounts.CountAsync("wallet_joins", $"from_user_id = '{guest}' and into_user_id = '{_user}'"));
        // Whoever has that address now is another person, and the new one is the account's, at any issuer.
        Assert.Equal(newcomer, (await accounts.EnterAsync(newcomer, _email, $"{Guid.NewGuid():N}")).Uid);
        Assert.Equal(_user, (await accounts.EnterAsync(Guid.NewGuid(), other, provider: "other")).Uid);
        Assert.Equal(1, await accounts.CountAsync("accounts", $"user_id = '{_user}' and email = '{other}'"));
    }

    [Fact]
    public async Task The_same_subject_at_another_issuer_is_another_person()
    {
        var subject = $"{Guid.NewGuid():N}";
        Assert.Equal(_user, (await accounts.EnterAsync(_user, _email, subject)).Uid);
        Assert.NotEqual(_user, (await accounts.EnterAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), subject, "other")).Uid);
    }

    [Fact]
    public async Task Two_browsers_that_sign_in_as_a_new_person_at_the_same_time_share_one_account()
    {
        var users = new[] { Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid() };
        var answers = await Task.WhenAll(users.Select(user => accounts.EnterAsync(user, _email)));
        Assert.Contains(Assert.Single(answers.Select(answer => answer.Uid).Distinct()), users);
    }

    [Fact]
    public async Task Only_the_browser_that_began_finishes_and_once()
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email);
        foreach (var other in new Guid?[] { null, Guid.NewGuid() })
        {
            Assert.Equal(Expired, (await accounts.FinishAsync(other, back)).Error);
        }
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => accounts.FinishAsync(_user, back)));
        Assert.Equal(_user, Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Uid);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal(Expired, answer.Error));
        Assert.Equal(1, await accounts.CountAsync("audit_entries", $"subject_id = '{_user}' and action = 'signed_in'"));
    }

    [Fact]
    public async Task A_state_that_was_not_given_out_or_is_of_another_issuer_is_rejected()
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email);
        var state = back["state"];
        var changed = state[..^1] + (state[^1] == 'A' ? 'B' : 'A');
        foreach (var wrong in new[] { changed, state + "A", " " + state[1..], new string('A', 64), "x" })
        {
            Assert.Equal(Expired, (await accounts.FinishAsync(_user, new(back) { ["state"] = wrong })).Error);
        }
        Assert.Equal(Expired, (await accounts.FinishAsync(_user, back, "other")).Error);
        Assert.Equal(_user, (await accounts.FinishAsync(_user, back)).Uid);
    }

    [Fact]
    public async Task The_code_of_another_sign_in_is_rejected()
    {
        var stolen = await accounts.AllowAsync(await accounts.BeginAsync(Guid.NewGuid()), _email);
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), AccountsFixture.NewEmail());
        Assert.Equal(Rejected, (await accounts.FinishAsync(_user, new(back) { ["code"] = stolen["code"] })).Error);
        Assert.Equal(0, await accounts.CountAsync("accounts", $"email = '{_email}' or user_id = '{_user}'"));
    }

    [Theory]
    [InlineData("wrong_nonce", 409, "sign_in_rejected")]
    [InlineData("wrong_issuer", 409, "sign_in_rejected")]
    [InlineData("wrong_audience", 409, "sign_in_rejected")]
    [InlineData("expired_token", 409, "sign_in_rejected")]
    [InlineData("unverified_email", 403, "email_not_verified")]
    [InlineData("status", 503, "provider_unavailable")]
    [InlineData("cut", 503, "provider_unavailable")]
    public async Task An_answer_of_the_issuer_that_is_not_valid_changes_nothing(string fault, int status, string code)
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email);
        await accounts.FailAsync(fault, "POST /token");
        Assert.Equal((status, code), (await accounts.FinishAsync(_user, back)).Error);
        Assert.Equal(0, await accounts.CountAsync("accounts", $"email = '{_email}'"));
        Assert.Equal(_user, (await accounts.EnterAsync(_user, _email)).Uid);
    }

    [Fact]
    public async Task An_address_that_is_not_in_ASCII_is_rejected()
    {
        var answer = await accounts.EnterAsync(_user, "jö@example.com");
        Assert.Equal((403, "email_not_verified"), answer.Error);
    }

    [Fact]
    public async Task The_address_may_be_at_the_UserInfo_endpoint_alone()
    {
        await accounts.FailAsync("claims_in_userinfo", "POST /token");
        Assert.Equal(_user, (await accounts.EnterAsync(_user, _email)).Uid);
        Assert.Equal(1, await accounts.CountAsync("accounts", $"email = '{_email}'"));
        await accounts.FailAsync("claims_in_userinfo", "POST /token");
        await accounts.FailAsync("status", "GET /userinfo");
        Assert.Equal((503, "provider_unavailable"), (await accounts.EnterAsync(_user, _email)).Error);
    }

    [Theory]
    [InlineData("""{"sub":"somebody else","email":"SAME","email_verified":true}""", 503, "provider_unavailable")]
    [InlineData("""{"email":"SAME","email_verified":true}""", 503, "provider_unavailable")]
    [InlineData("""{"sub":"me","email":"SAME","email_verified":false}""", 403, "email_not_verified")]
    [InlineData("""{"sub":"me","email":"SAME"}""", 403, "email_not_verified")]
    [InlineData("""{"sub":"me","email_verified":true}""", 403, "email_not_verified")]
    [InlineData("<html>", 503, "provider_unavailable")]
    public async Task What_the_UserInfo_endpoint_says_counts_only_for_the_tokens_subject(string says, int status, string code)
    {
        await accounts.FailAsync("claims_in_userinfo", "POST /token");
        using (accounts.Altered.At("/userinfo", _ => says.Replace("SAME", _email, StringComparison.Ordinal)))
        {
            Assert.Equal((status, code), (await accounts.EnterAsync(_user, _email, subject: "me")).Error);
            Assert.Equal(1, accounts.Altered.Count);
        }
        Assert.Equal(0, await accounts.CountAsync("accounts", $"email = '{_email}' or user_id = '{_user}'"));
    }

    [Fact]
    public async Task A_user_who_cancels_is_told_so()
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email, cancel: true);
        Assert.Equal("access_denied", back["error"]);
        Assert.Equal((409, "sign_in_cancelled"), (await accounts.FinishAsync(_user, back)).Error);
        Assert.Equal(Expired, (await accounts.FinishAsync(_user, back)).Error);
        var next = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email, cancel: true);
        Assert.Equal((503, "provider_unavailable"), (await accounts.FinishAsync(_user, new(next) { ["error"] = "server_error" })).Error);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com")]
    [InlineData("/\\evil.example.com")]
    [InlineData("https://app.example.com.evil.example.com/")]
    public async Task A_foreign_return_target_is_rejected(string target)
    {
        var answer = await accounts.PostAsync("/api/auth/providers/local/start", new { return_to = target }, _user);
        Assert.Equal((400, "invalid_request"), answer.Error);
    }

    [Fact]
    public async Task A_sign_in_ends_after_ten_minutes()
    {
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email);
        accounts.Now.Advance(OpenIdSignIn.Lifetime);
        Assert.Equal(Expired, (await accounts.FinishAsync(_user, back)).Error);
    }

    [Fact]
    public async Task A_sign_in_that_one_replica_has_begun_is_finished_by_another()
    {
        await using var replica = await accounts.StartAsync();
        var back = await accounts.AllowAsync(await accounts.BeginAsync(_user), _email);
        Assert.Equal(_user, (await accounts.FinishAsync(_user, back, replica: replica)).Uid);
    }

    [Fact]
    public async Task An_issuer_that_is_down_stops_no_start_and_is_used_when_it_is_back()
    {
        await using var replica = await accounts.StartAsync();
        foreach (var (kind, match) in new[]
        {
            ("cut", "GET /.well-known/openid-configuration"), ("status", "GET /.well-known/openid-configuration"), ("status", "GET /jwks"),
        })
        {
            var fault = await accounts.FailAsync(kind, match, times: 2);
            for (var count = 0; count < 2; count++)
            {
                var answer = await accounts.PostAsync("/api/auth/providers/local/start", new { }, _user, replica);
                Assert.Equal((503, "provider_unavailable"), answer.Error);
            }
            Assert.Equal(2, await accounts.StruckAsync(fault));
            accounts.Now.Advance(TimeSpan.FromSeconds(3));
        }
        Assert.NotEmpty(await accounts.BeginAsync(_user, replica: replica));
    }

    [Theory]
    [InlineData("cut", "GET /.well-known/openid-configuration")]
    [InlineData("status", "GET /jwks")]
    public async Task An_issuer_that_fails_once_is_asked_again(string kind, string match)
    {
        await using var replica = await accounts.StartAsync();
        var fault = await accounts.FailAsync(kind, match);
        Assert.NotEmpty(await accounts.BeginAsync(_user, replica: replica));
        Assert.Equal(1, await accounts.StruckAsync(fault));
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_is_not_used()
    {
        // The same server under another name, as it does not call itself.
        var settings = new Dictionary<string, string?>();
        OpenIdFixture.SetProvider(settings, "misnamed", $"{accounts.IssuerOf()}/");
        foreach (var (key, value) in settings)
        {
            accounts.Settings[key] = value;
        }
        await using var replica = await accounts.StartAsync();
        foreach (var key in settings.Keys)
        {
            accounts.Settings.Remove(key);
        }
        var answer = await accounts.PostAsync("/api/auth/providers/misnamed/start", new { }, _user, replica);
        Assert.Equal((503, "provider_unavailable"), answer.Error);
    }

    [Theory]
    [InlineData("authorization_endpoint", "http://issuer.example.com/authorize")]
    [InlineData("token_endpoint", "http://issuer.example.com/token")]
    [InlineData("userinfo_endpoint", "http://issuer.example.com/userinfo")]
    [InlineData("token_endpoint", "/token")]
    [InlineData("token_endpoint", "file:///token")]
    public async Task A_discovery_document_with_an_endpoint_that_is_not_safe_is_not_used(string endpoint, string url)
    {
        await using var replica = await accounts.StartAsync();
        using (accounts.Altered.At("/.well-known/openid-configuration", text =>
        {
            var document = JsonNode.Parse(text)!;
            document[endpoint] = url;
            return document.ToJsonString();
        }))
        {
            var answer = await accounts.PostAsync("/api/auth/providers/local/start", new { }, _user, replica);
            Assert.Equal((503, "provider_unavailable"), answer.Error);
            Assert.Equal(1, accounts.Altered.Count);
        }
        accounts.Now.Advance(TimeSpan.FromSeconds(3));
        Assert.NotEmpty(await accounts.BeginAsync(_user, replica: replica));
    }

    [Fact]
    public async Task Google_sends_the_browser_back_to_the_address_that_is_registered_there()
    {
        var settings = new Dictionary<string, string?>();
        OpenIdFixture.SetProvider(settings, "google", accounts.IssuerOf());
        foreach (var (key, value) in settings)
        {
            accounts.Settings[key] = value;
        }
        await using var replica = await accounts.StartAsync();
        foreach (var key in settings.Keys)
        {
            accounts.Settings.Remove(key);
        }
        Assert.Contains(
            $"redirect_uri={Uri.EscapeDataString("https://app.example.com/api/auth/google/callback")}&",
            await accounts.BeginAsync(_user, provider: "google", replica: replica), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_of_the_issuers_keys_is_followed()
    {
        await accounts.EnterAsync(_user, _email);
        accounts.Now.Advance(TimeSpan.FromSeconds(15));
        await accounts.RotateAsync();
        Assert.Equal(_user, (await accounts.EnterAsync(Guid.NewGuid(), _email)).Uid);
    }

    [Fact]
    public async Task The_page_is_told_the_issuers_and_others_do_not_exist()
    {
        var body = await accounts.App.CreateClient().GetStringAsync("/api/auth/providers");
        Assert.Equal(
            """{"providers":[{"provider":"local","name":"The local issuer"},{"provider":"other","name":"The other issuer"}]}""", body);
        foreach (var path in new[] { "google/start", "Local/start", "google/callback" })
        {
            var answer = await accounts.PostAsync($"/api/auth/providers/{path}", new { state = "x" }, _user);
            Assert.Equal((404, "provider_not_found"), answer.Error);
        }
        foreach (var parameters in new Dictionary<string, string>[] { new() { ["code"] = "x" }, new() { ["state"] = "x" } })
        {
            Assert.Equal((400, "invalid_request"), (await accounts.FinishAsync(_user, parameters)).Error);
        }
    }

    [Theory]
    [InlineData("Issuer", "http://issuer.example.com")]
    [InlineData("Issuer", "https://issuer.example.com?x=1")]
    [InlineData("Issuer", "")]
    [InlineData("Name", "")]
    public async Task A_setting_that_is_not_valid_ends_the_start(string setting, string value)
    {
        var (key, before) = ($"OpenId:Providers:local:{setting}", "");
        before = accounts.Settings[key];
        accounts.Settings[key] = value;
        try
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => accounts.StartAsync());
            Assert.Contains(key, failure.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            accounts.Settings[key] = before;
        }
    }

    private async Task ChangeAddressAsync(string email)
    {
        using var client = accounts.App.CreateClient(_user);
        using var asked = await client.PostAsJsonAsync("/api/account/address", new { email });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        foreach (var address in new[] { _email, email })
        {
            var mail = await Eventually.BecomesAsync(() => accounts.MailsAsync(address), mails => mails.Count > 0, "the mail arrives");
            var token = mail[0].GetProperty("text").GetString()!.Split("address.html#token=")[1].Split(['\r', '\n', ' '])[0];
            using var confirmed = await client.PostAsJsonAsync("/api/account/address/confirm", new { token });
            Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        }
    }
}
