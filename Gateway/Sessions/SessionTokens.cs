using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Gateway;

/// <summary>
/// The opaque token that says who a caller is: base64url of the user's UUID (16 bytes, big endian) and of its
/// HMAC-SHA256 under the key <c>Session:SigningKey</c>. Whoever changes a bit of it is nobody.
/// </summary>
internal sealed class SessionTokens
{
    private const int MinKeyLength = 32;
    private const int UuidBytes = 16;
    private const int TokenBytes = UuidBytes + HMACSHA256.HashSizeInBytes;

    // Bound into each signature, so that the same key used elsewhere cannot make a session.
    private static readonly byte[] Purpose = "reelballers session 1\n"u8.ToArray();

    private readonly byte[] _key;

    /// <summary>Reads the key; throws when it is missing or too short to be a secret.</summary>
    public SessionTokens(IConfiguration configuration)
    {
        var key = configuration["Session:SigningKey"] ?? "";
        if (key.Length < MinKeyLength)
        {
            throw new InvalidOperationException($"Session:SigningKey must be set to a secret of at least {MinKeyLength} characters.");
        }
        _key = Encoding.UTF8.GetBytes(key);
    }

    /// <summary>The user's token; always the same one for the same key.</summary>
    public string Issue(Guid userId)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        userId.TryWriteBytes(token, bigEndian: true, out _);
        Sign(token[..UuidBytes], token[UuidBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Whose token it is; false for one that was not issued under this key.</summary>
    public bool TryRead([NotNullWhen(true)] string? text, out Guid userId)
    {
        userId = default;
        if (text is null || text.Length != Base64Url.GetEncodedLength(TokenBytes))
        {
            return false;
        }
        Span<byte> token = stackalloc byte[TokenBytes];
        if (Base64Url.DecodeFromChars(text, token, out _, out var written) != OperationStatus.Done || written != TokenBytes)
        {
            return false;
        }
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(token[..UuidBytes], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, token[UuidBytes..]))
        {
            return false;
        }
        userId = new Guid(token[..UuidBytes], bigEndian: true);
        return true;
    }

    private void Sign(ReadOnlySpan<byte> uuid, Span<byte> signature)
    {
        Span<byte> message = stackalloc byte[Purpose.Length + UuidBytes];
        Purpose.CopyTo(message);
        uuid.CopyTo(message[Purpose.Length..]);
        HMACSHA256.HashData(_key, message, signature);
    }
}
