using System.Net;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Answers of authenticators and browsers that are not for this app, or not valid: they add nothing and sign nobody in.</summary>
public sealed class PasskeyRejectionTests(PasskeyFixture accounts) : IClassFixture<PasskeyFixture>
{
    // More than any stack takes, in less than the limit of a field.
    private static readonly byte[] DeepCbor = [0xa1, 0x61, 0x78, .. Enumerable.Repeat((byte)0x81, 1_400), 0x01];

    private static readonly Dictionary<string, Action<TestAuthenticator>> Both = new()
    {
        ["another origin"] = it => it.Origin = "https://evil.example.com",
        ["the origin of a sibling"] = it => it.Origin = "https://www.example.com",
        ["the origin without TLS"] = it => it.Origin = "http://app.example.com",
        ["the origin at another port"] = it => it.Origin = "https://app.example.com:8443",
        ["the origin with a path"] = it => it.Origin = "https://app.example.com/path",
        ["the origin in other letters"] = it => it.Origin = "https://APP.example.com",
        ["no origin at all"] = it => it.Origin = "",
        ["a frame of another site"] = it => it.IsFramed = true,
        ["another app"] = it => it.RpId = "evil.example.com",
        ["the app's parent domain"] = it => it.RpId = "example.com",
        ["a user who was not verified"] = it => it.IsVerified = false,
        ["a user who was not there"] = it => it.IsPresent = false,
        ["an answer of another kind"] = it => it.Type = it.Type is null ? "payment.get" : null,
        ["extensions that are deeper than a stack"] = it => it.Extensions = DeepCbor,
        ["extensions that are no CBOR"] = it => it.Extensions = [0xff],
        ["extensions that end too early"] = it => it.Extensions = [0xa1, 0x61],
    };

    private static readonly Dictionary<string, Action<TestAuthenticator>> Adding = new(Both)
    {
        ["a signature in place of a new passkey"] = it => it.Type = "webauthn.get",
        ["a key of an algorithm that was not offered"] = it => it.Algorithm = -35,
        ["a key of an unknown algorithm"] = it => it.Algorithm = 99,
        ["a name that is too long"] = it => it.CredentialId = new byte[1024],
    };

    private static readonly Dictionary<string, Action<TestAuthenticator>> Entering = new(Both)
    {
        ["a new passkey in place of a signature"] = it => it.Type = "webauthn.create",
        ["another user's handle"] = it => it.UserHandle = Guid.NewGuid().ToByteArray(),
        ["half of the handle"] = it => it.UserHandle = it.UserHandle[..8],
        ["an unknown passkey"] = it => it.CredentialId = new byte[32],
    };

    public static TheoryData<string> Added => [.. Adding.Keys];

    public static TheoryData<string> Entered => [.. Entering.Keys];

    [Theory]
    [MemberData(nameof(Added))]
    public async Task What_is_not_valid_is_not_added(string fault)
    {
        var user = await accounts.NewAccountAsync();
        using var passkey = PasskeyFixture.NewPasskey();
        Adding[fault](passkey);
        var answer = await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)));
        PasskeyFixture.AssertFailed(
            answer, HttpStatusCode.BadRequest, fault == "a name that is too long" ? "invalid_request" : "passkey_invalid");
        Assert.Empty(await accounts.ListAsync(user));
    }

    [Theory]
    [MemberData(nameof(Entered))]
    public async Task What_is_not_valid_signs_nobody_in(string fault)
    {
        var (owner, id, passkey) = await accounts.NewOwnerAsync();
        var acts = await accounts.ActsAsync(owner);
        Entering[fault](passkey);
        PasskeyFixture.AssertFailed(
            await accounts.EnterAsync(Guid.NewGuid(), passkey), HttpStatusCode.BadRequest, "passkey_invalid");
        Assert.Equal(acts, await accounts.ActsAsync(owner));
        Assert.Equal(1, await accounts.CountAsync("passkeys", $"passkey_id = '{id}' and last_used_at is null"));
        passkey.Dispose();
    }

    [Fact]
    public async Task The_name_in_the_answer_is_that_of_the_key_that_it_has()
    {
        var user = await accounts.NewAccountAsync();
        using var passkey = PasskeyFixture.NewPasskey();
        var credential = passkey.Create(await accounts.OptionsAsync(user));
        credential["id"] = "AAAA";
        PasskeyFixture.AssertFailed(await accounts.AddAsync(user, credential), HttpStatusCode.BadRequest, "passkey_invalid");
    }

    [Fact]
    public async Task A_signature_of_another_key_over_other_data_or_for_another_passkey_is_rejected()
    {
        var (_, _, passkey) = await accounts.NewOwnerAsync();
        var (_, _, other) = await accounts.NewOwnerAsync();
        using var copy = PasskeyFixture.NewPasskey();
        (copy.CredentialId, copy.UserHandle) = (passkey.CredentialId, passkey.UserHandle);
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(Guid.NewGuid(), copy), HttpStatusCode.BadRequest, "passkey_invalid");

        var guest = Guid.NewGuid();
        var credential = passkey.Sign(await accounts.SignInOptionsAsync(guest));
        var fresh = other.Sign(await accounts.SignInOptionsAsync(guest));
        credential["response"]!["clientDataJSON"] = fresh["response"]!["clientDataJSON"]!.DeepClone();
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(guest, credential), HttpStatusCode.BadRequest, "passkey_invalid");
        // Both challenges are not used up by it: the first one was never presented.
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(guest, fresh), HttpStatusCode.Gone, "challenge_expired");
        passkey.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task An_attestation_that_is_deeper_than_a_stack_or_has_a_deep_key_is_rejected()
    {
        var user = await accounts.NewAccountAsync();
        using var passkey = PasskeyFixture.NewPasskey();
        passkey.Attestation = ("packed", [.. Enumerable.Repeat((byte)0x81, 5_000), 0x01]);
        // The statement is not read.
        Assert.Equal(
            HttpStatusCode.Created, (await accounts.AddAsync(user, passkey.Create(await accounts.OptionsAsync(user)))).Status);

        using var deep = PasskeyFixture.NewPasskey();
        var credential = deep.Create(await accounts.OptionsAsync(user));
        var whole = System.Buffers.Text.Base64Url.DecodeFromChars(
            credential["response"]!["attestationObject"]!.GetValue<string>());
        // The key is at the end: a value of the map becomes a list of lists of lists.
        byte[] data = [.. whole[^(37 + 18 + 32 + 77)..^77], 0xa1, 0x01, .. Enumerable.Repeat((byte)0x81, 7_000), 0x01];
        byte[] object_ =
        [
            0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x59,
            (byte)(data.Length >> 8), (byte)data.Length, .. data,
        ];
        credential["response"]!["attestationObject"] = System.Buffers.Text.Base64Url.EncodeToString(object_);
        PasskeyFixture.AssertFailed(await accounts.AddAsync(user, credential), HttpStatusCode.BadRequest, "passkey_invalid");
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_a_client_error_and_signs_nobody_in()
    {
        var random = new Random(20261127);
        var (owner, _, passkey) = await accounts.NewOwnerAsync();
        var guest = Guid.NewGuid();
        string[] fields = ["authenticatorData", "signature", "clientDataJSON", "userHandle"];
        for (var round = 0; round < 160; round++)
        {
            var field = fields[round % fields.Length];
            var credential = passkey.Sign(await accounts.SignInOptionsAsync(guest));
            credential["response"]![field] = Changed(credential["response"]![field]!.GetValue<string>(), random);
            var (status, body) = await accounts.EnterAsync(guest, credential);
            Assert.True((int)status is >= 400 and < 500, $"{field}: {status} {body} {credential}");
        }
        Assert.DoesNotContain("signed_in", await accounts.ActsAsync(owner), StringComparison.Ordinal);
        passkey.Dispose();
    }

    [Fact]
    public async Task A_changed_byte_of_an_attestation_is_never_a_server_error()
    {
        var random = new Random(20261128);
        for (var round = 0; round < 120; round++)
        {
            var user = await accounts.NewAccountAsync();
            using var passkey = PasskeyFixture.NewPasskey();
            var credential = passkey.Create(await accounts.OptionsAsync(user));
            var field = round % 8 == 0 ? "clientDataJSON" : "attestationObject";
            credential["response"]![field] = Changed(credential["response"]![field]!.GetValue<string>(), random);
            var (status, body) = await accounts.AddAsync(user, credential);
            // A bit of the counter or of a key may change without a trace.
            Assert.True((int)status is >= 200 and < 500, $"{field}: {status} {body} {credential}");
        }
    }

    private static JsonNode Changed(string text, Random random)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
