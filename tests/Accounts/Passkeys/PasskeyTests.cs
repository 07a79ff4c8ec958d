using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Passkeys are added to an account, listed and removed.</summary>
public sealed class PasskeyTests(PasskeyFixture accounts) : IClassFixture<PasskeyFixture>
{
    [Fact]
    public async Task A_passkey_is_added_listed_and_removed()
    {
        var (user, passkey) = (await accounts.NewAccountAsync(), PasskeyFixture.NewPasskey());

        var (status, added) = await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)), "  My phone  ");

        Assert.Equal((HttpStatusCode.Created, "My phone"), (status, added.GetProperty("name").GetString()));
        Assert.Equal(["id", "name", "created_at", "last_used_at"], added.EnumerateObject().Select(member => member.Name));
        Assert.Equal(added.GetRawText(), Assert.Single(await accounts.ListAsync(user)).GetRawText());
        Assert.Equal(JsonValueKind.Null, added.GetProperty("last_used_at").ValueKind);
        var id = added.GetProperty("id").GetString()!;
        Assert.Empty(await accounts.ListAsync(Guid.NewGuid()));
        Assert.Equal(HttpStatusCode.NoContent, await accounts.RemoveAsync(user, id));
        Assert.Empty(await accounts.ListAsync(user));
        Assert.Equal(HttpStatusCode.NotFound, await accounts.RemoveAsync(user, id));
        Assert.Equal($"passkey_added 1 {id} {PasskeyFixture.Client}", (await accounts.ActsAsync(user)).Split(", ")[0]);
        Assert.Equal(1, await accounts.CountAsync("audit_entries", $"action = 'passkey_removed' and target = '{id}'"));
    }

    [Fact]
    public async Task The_options_ask_for_a_passkey_of_this_app_that_verifies_its_user()
    {
        var email = AccountsFixture.NewEmail();
        var user = await accounts.CreateAccountAsync(email);
        var (_, body) = await accounts.PostAsync(user, "/api/account/passkeys/options", null);
        var options = body.GetProperty("public_key");
        var challenge = options.GetProperty("challenge").GetString()!;
        var handle = Base64Url.EncodeToString(user.ToByteArray(bigEndian: true));
        Assert.Equal(43, challenge.Length);
        Assert.Equal(accounts.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), body.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal(
            $$"""
            {"rp":{"id":"app.example.com","name":"ReelBallers"},"user":{"id":"{{handle}}","name":"{{email}}","displayName":"{{email}}"},
            "challenge":"{{challenge}}","pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],
            "timeout":300000,"excludeCredentials":[],
            "authenticatorSelection":{"residentKey":"required","requireResidentKey":true,"userVerification":"required"},
            "attestation":"none"}
            """.ReplaceLineEndings(""),
            options.GetRawText());
        using var passkey = PasskeyFixture.NewPasskey();
        await accounts.AddAsync(user, passkey.Create(options));
        var next = await accounts.OptionsAsync(user);
        Assert.Equal(
            $$"""[{"type":"public-key","id":"{{Base64Url.EncodeToString(passkey.CredentialId)}}"}]""",
            next.GetProperty("excludeCredentials").GetRawText());
        Assert.NotEqual(challenge, next.GetProperty("challenge").GetString());
    }

    [Fact]
    public async Task The_owner_gets_a_mail_when_a_passkey_is_added_and_when_it_is_removed()
    {
        var email = AccountsFixture.NewEmail();
        var user = await accounts.CreateAccountAsync(email);
        using var passkey = PasskeyFixture.NewPasskey();
        var (_, added) = await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)), "<b>Phone</b>");
        var mail = Assert.Single(await Eventually.BecomesAsync(
            () => accounts.MailsAsync(email), mails => mails.Count == 1, "the mail arrives"));
        Assert.Equal("A passkey was added to your ReelBallers account", mail.GetProperty("subject").GetString());
        Assert.Contains("Passkey: <b>Phone</b>", mail.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Phone&lt;/b&gt;", mail.GetProperty("html").GetString(), StringComparison.Ordinal);
        await accounts.RemoveAsync(user, added.GetProperty("id").GetString()!);
        var mails = await Eventually.BecomesAsync(() => accounts.MailsAsync(email), mails => mails.Count == 2, "the mail arrives");
        Assert.Equal("A passkey of your ReelBallers account was removed", mails[1].GetProperty("subject").GetString());
    }

    [Fact]
    public async Task An_anonymous_user_has_no_passkeys()
    {
        using var passkey = PasskeyFixture.NewPasskey();
        var (owner, guest) = (await accounts.NewAccountAsync(), Guid.NewGuid());
        var credential = passkey.Create(await accounts.OptionsAsync(owner));
        PasskeyFixture.AssertFailed(
            await accounts.PostAsync(guest, "/api/account/passkeys/options", null), HttpStatusCode.Forbidden, "sign_in_required");
        PasskeyFixture.AssertFailed(await accounts.AddAsync(guest, credential), HttpStatusCode.Forbidden, "sign_in_required");
        Assert.Empty(await accounts.ListAsync(guest));
        foreach (var path in new[] { "/api/account/passkeys/options", "/api/auth/passkey/options" })
        {
            PasskeyFixture.AssertFailed(await accounts.PostAsync(null, path, null), HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    [Fact]
    public async Task A_challenge_adds_a_passkey_once_for_the_user_who_asked_within_five_minutes()
    {
        await using var replica = await accounts.StartAsync();
        var (user, other) = (await accounts.NewAccountAsync(), await accounts.NewAccountAsync());
        using var passkey = PasskeyFixture.NewPasskey();
        var options = await accounts.OptionsAsync(user);
        AssertExpired(await accounts.AddAsync(other, passkey.Create(options).DeepClone()));
        Assert.Equal(HttpStatusCode.Created, (await accounts.AddAsync(user, passkey.Create(options), replica: replica)).Status);
        using var second = PasskeyFixture.NewPasskey();
        AssertExpired(await accounts.AddAsync(user, second.Create(options)));

        var old = await accounts.OptionsAsync(user, replica);
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        AssertExpired(await accounts.AddAsync(user, second.Create(old)));
        var rejected = await accounts.OptionsAsync(user);
        second.IsVerified = false;
        PasskeyFixture.AssertFailed(await accounts.AddAsync(user, second.Create(rejected)), HttpStatusCode.BadRequest, "passkey_invalid");
        second.IsVerified = true;
        AssertExpired(await accounts.AddAsync(user, second.Create(rejected)));

        // One that was given out to sign in adds nothing.
        var signIn = await accounts.SignInOptionsAsync(user);
        var mixed = JsonSerializer.SerializeToElement(new
        {
            challenge = signIn.GetProperty("challenge").GetString(),
            rp = new { id = "app.example.com" },
            user = new { id = Base64Url.EncodeToString(user.ToByteArray(bigEndian: true)) },
        });
        AssertExpired(await accounts.AddAsync(user, second.Create(mixed)));
        Assert.Single(await accounts.ListAsync(user));
    }

    [Fact]
    public async Task Challenges_that_have_expired_are_deleted_and_others_stay()
    {
        var user = await accounts.NewAccountAsync();
        await accounts.OptionsAsync(user);
        accounts.Clock.Advance(TimeSpan.FromMinutes(4));
        await accounts.SignInOptionsAsync(user);
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        using var purge = ActivatorUtilities.CreateInstance<OldPasskeyChallenges>(accounts.App.Services);
        await purge.DeleteOldAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", await accounts.Database.ScalarAsync<string>(
            $"select string_agg(purpose::text, ' ') from passkey_challenges where requested_by = '{user}'"));
    }

    [Fact]
    public async Task An_account_has_ten_passkeys_however_many_are_added_at_once()
    {
        await using var replica = await accounts.StartAsync();
        var user = await accounts.NewAccountAsync();
        var passkeys = Enumerable.Range(0, Passkey.MaxPerAccount + 4).Select(_ => PasskeyFixture.NewPasskey()).ToList();
        var credentials = new List<System.Text.Json.Nodes.JsonObject>();
        foreach (var passkey in passkeys)
        {
            credentials.Add(passkey.Create(await accounts.OptionsAsync(user)));
        }

        var answers = await Task.WhenAll(credentials.Select((credential, number) =>
            accounts.AddAsync(user, credential, replica: number % 2 == 0 ? replica : null)));

        Assert.Equal(Passkey.MaxPerAccount, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => PasskeyFixture.AssertFailed(answer, HttpStatusCode.Conflict, "too_many_passkeys"));
        var known = await accounts.ListAsync(user);
        Assert.Equal(Passkey.MaxPerAccount, known.Count);
        PasskeyFixture.AssertFailed(
            await accounts.PostAsync(user, "/api/account/passkeys/options", null), HttpStatusCode.Conflict, "too_many_passkeys");
        await accounts.RemoveAsync(user, known[0].GetProperty("id").GetString()!);
        await accounts.OptionsAsync(user);
        passkeys.ForEach(passkey => passkey.Dispose());
    }

    [Fact]
    public async Task A_passkey_has_one_owner_and_no_other_user_removes_it()
    {
        var (owner, id, passkey) = await accounts.NewOwnerAsync();
        var other = await accounts.NewAccountAsync();
        PasskeyFixture.AssertFailed(
            await accounts.AddAsync(other, passkey.Create(await accounts.OptionsAsync(other))), HttpStatusCode.Conflict, "passkey_exists");
        PasskeyFixture.AssertFailed(
            await accounts.AddAsync(owner, passkey.Create(await accounts.OptionsAsync(owner))), HttpStatusCode.Conflict, "passkey_exists");
        Assert.Empty(await accounts.ListAsync(other));
        (Guid, string)[] wrong = [(other, $"{id}"), (Guid.NewGuid(), $"{id}"), (owner, $"{Guid.NewGuid()}"), (owner, "1"), (owner, "%20")];
        foreach (var (user, named) in wrong)
        {
            Assert.Equal(HttpStatusCode.NotFound, await accounts.RemoveAsync(user, named));
        }
        Assert.Equal(id, Assert.Single(await accounts.ListAsync(owner)).GetProperty("id").GetGuid());
        Assert.Equal(owner, (await accounts.EnterAsync(Guid.NewGuid(), Own(passkey, owner))).Body.GetProperty("uid").GetGuid());
        passkey.Dispose();
    }

    [Fact]
    public async Task A_statement_that_was_not_asked_for_is_not_looked_at_and_extensions_are_allowed()
    {
        var user = await accounts.NewAccountAsync();
        (string, byte[])[] statements = [("packed", [0xa0]), ("tpm", [0xa1, 0x61, 0x78, 0x01]), ("unknown", [0xa0])];
        foreach (var (format, statement) in statements)
        {
            using var passkey = PasskeyFixture.NewPasskey();
            passkey.Attestation = (format, statement);
            // {"credProtect": 2}
            passkey.Extensions = [0xa1, 0x6b, .. "credProtect"u8, 0x02];
            Assert.Equal(
                HttpStatusCode.Created, (await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)))).Status);
            Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(Guid.NewGuid(), passkey)).Status);
        }
    }

    // It was told of the other owner when it was presented to that account.
    private static TestAuthenticator Own(TestAuthenticator passkey, Guid owner)
    {
        passkey.UserHandle = owner.ToByteArray(bigEndian: true);
        return passkey;
    }

    private static void AssertExpired((HttpStatusCode, JsonElement) answer) =>
        PasskeyFixture.AssertFailed(answer, HttpStatusCode.Gone, "challenge_expired");
}
