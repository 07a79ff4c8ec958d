using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ReelBallers.Accounts.Tests;

/// <summary>Signing in by an ID token that a program has, such as one of Firebase.</summary>
public sealed class IdTokenTests(OpenIdFixture accounts) : IClassFixture<OpenIdFixture>
{
    private static readonly (int, string?) Invalid = (400, "invalid_id_token");

    private readonly Guid _user = Guid.NewGuid();
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task A_token_signs_in_and_the_anonymous_user_becomes_the_account_or_is_joined_with_it()
    {
        var first = await accounts.PresentAsync(_user, await accounts.TokenAsync(_email));
        Assert.Equal($$"""{"uid":"{{_user}}"}""", first.Body.GetRawText());
        Assert.Equal(_user, first.SignedIn!.Value.UserId);
        var guest = Guid.NewGuid();
        var second = await accounts.PresentAsync(guest, await accounts.TokenAsync(_email, "another"));
        Assert.Equal((_user, guest), (second.Uid, second.SignedIn!.Value.LeftUserId));
        Assert.Equal(_user, (await accounts.PresentAsync(null, await accounts.TokenAsync(_email))).Uid);
        // The same person as in a browser.
        Assert.Equal(_user, (await accounts.EnterAsync(Guid.NewGuid(), _email)).Uid);
        Assert.Equal(1, await accounts.CountAsync("account_identities", $"user_id = '{_user}'"));
        Assert.Equal(4, await accounts.CountAsync("audit_entries", $"subject_id = '{_user}' and target = 'local'"));
    }

    [Fact]
    public async Task A_token_signs_in_once_however_its_signature_is_written()
    {
        var token = await accounts.TokenAsync(_email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => accounts.PresentAsync(_user, token)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal((409, "id_token_used"), answer.Error));
        // The last character of a signature of 256 bytes has four bits that mean nothing.
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = Alphabet.IndexOf(token[^1], StringComparison.Ordinal);
        var rewritten = await accounts.PresentAsync(_user, token[..^1] + Alphabet[last ^ 1]);
        Assert.NotEqual(HttpStatusCode.OK, rewritten.Status);
        Assert.Equal(1, await accounts.CountAsync("audit_entries", $"subject_id = '{_user}' and action = 'signed_in'"));
    }

    [Fact]
    public async Task A_forged_token_is_rejected()
    {
        var token = await accounts.TokenAsync(_email);
        var (key, parts) = (await accounts.KeyAsync(), token.Split('.'));
        var publicKey = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
            Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
        });
        var keyId = key.GetProperty("kid").GetString()!;
        var unsigned = Encode($$"""{"alg":"none","typ":"JWT"}""");
        string[] forged =
        [
            $"{unsigned}.{parts[1]}.",
            $"{unsigned}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.",
            // The public key as a shared secret, in the forms that libraries have taken it in.
            SignedWithSecret(parts[1], keyId, Encoding.ASCII.GetBytes(publicKey.ExportSubjectPublicKeyInfoPem())),
            SignedWithSecret(parts[1], keyId, publicKey.ExportSubjectPublicKeyInfo()),
            SignedWithSecret(parts[1], keyId, Base64Url.DecodeFromChars(key.GetProperty("n").GetString())),
            // Another key under the same id, and one that the token brings along.
            SignedWithKey(parts[1], $$"""{"alg":"RS256","typ":"JWT","kid":"{{keyId}}"}"""),
            SignedWithKey(parts[1], $$"""{"alg":"RS256","typ":"JWT","kid":"made-up"}"""),
            SignedWithKey(parts[1], $$"""{"alg":"RS256","typ":"JWT","jku":"http://127.0.0.1:9/jwks"}"""),
            $"{parts[0]}.{Changed(parts[1], "email", "admin@example.com")}.{parts[2]}",
            $"{parts[0]}.{parts[1]}", "x", "a.b.c", "....", $"{parts[0]}.{parts[1]}.{parts[2]}.x.y",
        ];
        foreach (var wrong in forged)
        {
            Assert.Equal(Invalid, (await accounts.PresentAsync(_user, wrong)).Error);
        }
        Assert.Equal(0, await accounts.CountAsync("accounts", $"user_id = '{_user}'"));
        Assert.Equal(_user, (await accounts.PresentAsync(_user, token)).Uid);
    }

    [Fact]
    public async Task A_token_for_another_audience_or_of_another_issuer_is_rejected()
    {
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, "stranger"))).Error);
        // That of the browsers' client, which is not listed for tokens.
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, "local"))).Error);
        var other = (await accounts.TokenAsync(_email, provider: "other")).Split('.');
        var claimed = $"{other[0]}.{Changed(other[1], "iss", accounts.IssuerOf())}.{other[2]}";
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, claimed)).Error);
        var unknown = $"{other[0]}.{Changed(other[1], "iss", "https://issuer.example.com")}.{other[2]}";
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, unknown)).Error);
    }

    [Fact]
    public async Task The_same_subject_at_another_issuer_is_another_person()
    {
        var subject = $"{Guid.NewGuid():N}";
        Assert.Equal(_user, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, subject: subject))).Uid);
        var token = await accounts.TokenAsync(AccountsFixture.NewEmail(), subject: subject, provider: "other");
        Assert.NotEqual(_user, (await accounts.PresentAsync(Guid.NewGuid(), token)).Uid);
    }

    [Fact]
    public async Task A_token_that_has_ended_or_is_old_is_rejected_and_so_is_one_of_an_old_sign_in()
    {
        await accounts.FailAsync("expired_token", "POST /openid/tokens");
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email))).Error);
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, signedInSecondsAgo: 700))).Error);
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, signedInSecondsAgo: -120))).Error);
        var token = await accounts.TokenAsync(_email);
        accounts.Now.Advance(OpenIdSignIns.MaxTokenAge + OpenIdTokens.ClockSkew + TimeSpan.FromSeconds(1));
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, token)).Error);
        Assert.Equal(_user, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email, signedInSecondsAgo: 500))).Uid);
    }

    [Fact]
    public async Task An_address_that_is_not_verified_is_rejected()
    {
        foreach (var fault in new[] { "unverified_email", "claims_in_userinfo" })
        {
            await accounts.FailAsync(fault, "POST /openid/tokens");
            Assert.Equal((403, "email_not_verified"), (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email))).Error);
        }
        Assert.Equal(0, await accounts.CountAsync("accounts", $"email = '{_email}'"));
    }

    [Fact]
    public async Task A_key_that_was_rotated_away_signs_nobody_in()
    {
        var token = await accounts.TokenAsync(_email);
        accounts.Now.Advance(TimeSpan.FromSeconds(15));
        await accounts.RotateAsync();
        Assert.Equal(_user, (await accounts.PresentAsync(_user, await accounts.TokenAsync(_email))).Uid);
        Assert.Equal(Invalid, (await accounts.PresentAsync(_user, token)).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_request_without_a_token_is_not_valid(string? token)
    {
        Assert.Equal((400, "invalid_request"), (await accounts.PostAsync("/api/auth/token", new { id_token = token }, _user)).Error);
        var tooLong = await accounts.PostAsync("/api/auth/token", new { id_token = new string('x', 12_001) }, _user);
        Assert.Equal((400, "invalid_request"), tooLong.Error);
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Changed(string payload, string claim, string value)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(payload))!.AsObject();
        claims[claim] = value;
        return Encode(claims.ToJsonString());
    }

    private static string SignedWithSecret(string payload, string keyId, byte[] secret)
    {
        var signed = $"{Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{keyId}}"}""")}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string SignedWithKey(string payload, string header)
    {
        using var key = RSA.Create(2048);
        var signed = $"{Encode(header)}.{payload}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
