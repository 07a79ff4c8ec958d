using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Gateway;

/// <summary>A secret that signs session tokens, and the short id that identifies it in a token.</summary>
internal sealed class SessionKey
{
    /// <summary>The length of <see cref="Id"/>.</summary>
    public const int IdBytes = 4;

    /// <summary>The length of a signature.</summary>
    public const int SignatureBytes = HMACSHA256.HashSizeInBytes;

    // Included in everything that is computed with the key, so that the secret's use elsewhere cannot produce a session.
    private static readonly byte[] SigningPurpose = "reelballers session token\n"u8.ToArray();
    private static readonly byte[] IdPurpose = "reelballers session key id\n"u8.ToArray();

    private readonly byte[] _secret;
    private readonly byte[] _id;

    /// <param name="secret">A setting of <see cref="SessionOptions"/>.</param>
    public SessionKey(string secret)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        _id = HMACSHA256.HashData(_secret, IdPurpose)[..IdBytes];
    }

    /// <summary>Derived from the secret without revealing it.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>Writes the signature of <paramref name="payload"/>.</summary>
    public void Sign(ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        Span<byte> message = stackalloc byte[SigningPurpose.Length + payload.Length];
        SigningPurpose.CopyTo(message);
        payload.CopyTo(message[SigningPurpose.Length..]);
        HMACSHA256.HashData(_secret, message, signature);
    }

    /// <summary>Whether <paramref name="signature"/> is valid; in constant time.</summary>
    public bool Verifies(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureBytes];
        Sign(payload, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}
