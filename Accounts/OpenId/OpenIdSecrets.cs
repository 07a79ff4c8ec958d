using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// The secrets of a sign-in at an issuer, each an HMAC of the sign-in's id. The database has only the id, and every replica makes them
/// again.
/// </summary>
internal sealed class OpenIdSecrets(IOptions<SignInOptions> options)
{
    private const int IdBytes = 16;

    // A multiple of 3, so that base64url has no unused bits and a state only one encoding.
    private const int StateBytes = IdBytes + HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.LinkKey);

    /// <summary>The parameter <c>state</c>: it brings the browser's answer back to the sign-in.</summary>
    public string State(Guid id) => Base64Url.EncodeToString([.. id.ToByteArray(bigEndian: true), .. Make("state", id)]);

    /// <summary>The id of the sign-in that a state is of; null when we have not made it.</summary>
    public Guid? IdOf(string state)
    {
        Span<byte> bytes = stackalloc byte[StateBytes];
        if (!FixedBase64Url.TryDecode(state, bytes))
        {
            return null;
        }
        var id = new Guid(bytes[..IdBytes], bigEndian: true);
        return CryptographicOperations.FixedTimeEquals(bytes[IdBytes..], Make("state", id)) ? id : null;
    }

    /// <summary>The parameter <c>nonce</c>: the ID token of this sign-in has it, and no other.</summary>
    public string Nonce(Guid id) => Base64Url.EncodeToString(Make("nonce", id));

    /// <summary>The <c>code_verifier</c> of PKCE (RFC 7636): who has only the code cannot redeem it.</summary>
    public string Verifier(Guid id) => Base64Url.EncodeToString(Make("verifier", id));

    /// <summary>The <c>code_challenge</c> of a verifier, by the method S256.</summary>
    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    // The purpose is part of everything that is computed with the key, so that the secret's use elsewhere cannot produce one of these.
    private byte[] Make(string purpose, Guid id) =>
        HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"reelballers openid {purpose} 1\n{id}"));
}
