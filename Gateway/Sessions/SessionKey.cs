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

    private const int MinLength = 32;

    // Included in everything that is computed with the key, so that the secret's use elsewhere cannot produce a session.
    private static readonly byte[] SigningPurpose = "reelballers session token\n"u8.ToArray();
    private static readonly byte[] IdPurpose = "reelballers session key id\n"u8.ToArray();

    private readonly byte[] _secret;
    private readonly byte[] _id;

    private SessionKey(string secret)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        _id = HMACSHA256.HashData(_secret, IdPurpose)[..IdBytes];
    }

    /// <summary>Derived from the secret without revealing it.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>The key <c>Session:SigningKey</c>; throws when it is missing or too short to be a secret.</summary>
    public static SessionKey Current(IConfiguration configuration) => From(configuration, "Session:SigningKey");

    /// <summary>The key <c>Session:PreviousSigningKey</c>, or null; throws when it is too short or the current one.</summary>
    public static SessionKey? Previous(IConfiguration configuration)
    {
        const string Setting = "Session:PreviousSigningKey";
        if (string.IsNullOrEmpty(configuration[Setting]))
        {
            return null;
        }
        var previous = From(configuration, Setting);
        return configuration[Setting] == configuration["Session:SigningKey"]
            ? throw new InvalidOperationException(
                $"{Setting} is the same as Session:SigningKey. Set it to the key that was replaced, or remove it.")
            : previous;
    }

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

    private static SessionKey From(IConfiguration configuration, string setting)
    {
        var secret = configuration[setting] ?? "";
        return secret.Length < MinLength
            ? throw new InvalidOperationException($"{setting} must be set to a secret of at least {MinLength} characters.")
            : new SessionKey(secret);
    }
}
