using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Issues and verifies the opaque session tokens: base64url of version (1 byte), key id (4), user id (16), session id (16),
/// time of issue (6, Unix milliseconds), all big-endian, and the HMAC-SHA256 over these (32).
/// </summary>
internal sealed class SessionTokens(IOptions<SessionOptions> options, DatabaseClock clock, TimeProvider time)
{
    /// <summary>The lifetime of a token and of its cookie.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>The age at which a browser's token is renewed, so that browsers that return within a year keep their session.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromDays(30);

    // The maximum difference between the clocks of two replicas.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    private const byte Version = 1;
    private const int KeyIdAt = 1;
    private const int UserIdAt = KeyIdAt + SessionKey.IdBytes;
    private const int SessionIdAt = UserIdAt + UuidBytes;
    private const int IssuedAtAt = SessionIdAt + UuidBytes;
    private const int PayloadBytes = IssuedAtAt + TimeBytes;
    private const int UuidBytes = 16;
    private const int TimeBytes = 6;

    // A multiple of 3, so that base64url has no unused bits and a token only one encoding.
    private const int TokenBytes = PayloadBytes + SessionKey.SignatureBytes;

    // The first one signs.
    private readonly SessionKey[] _keys =
        [.. SigningKeys.All(options.Value.SigningKey, options.Value.PreviousSigningKeys).Select(key => new SessionKey(key))];

    /// <summary>Opens a session for this user and returns its first token.</summary>
    public string Issue(Guid userId) => Open(userId).Token;

    /// <summary>As <see cref="Issue(Guid)"/>, with the session.</summary>
    public (Session Session, string Token) Open(Guid userId)
    {
        // Compared with the time of a revocation, which may be another replica's.
        var now = clock.GetUtcNow();
        var session = new Session(userId, Guid.CreateVersion7(now), now, HasCurrentKey: true);
        return (session, Renew(session));
    }

    /// <summary>Issues a new token of the same session.</summary>
    public string Renew(Session session) => Issue(session.UserId, session.Id);

    /// <summary>Whether the browser that sent this token should get a new one.</summary>
    public bool IsDueForRenewal(Session session) => !session.HasCurrentKey || time.GetUtcNow() - session.IssuedAt > RenewAfter;

    /// <summary>Verifies a token; false when its signature is invalid, it has expired, or it was issued in the future.</summary>
    public bool TryRead([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Session? session)
    {
        session = null;
        Span<byte> token = stackalloc byte[TokenBytes];
        if (text is null || !FixedBase64Url.TryDecode(text, token) || token[0] != Version || SignerOf(token) is not { } key)
        {
            return false;
        }
        var issuedAt = ReadTime(token[IssuedAtAt..PayloadBytes]);
        var now = time.GetUtcNow();
        if (issuedAt - now > MaxClockSkew || now - issuedAt >= Lifetime)
        {
            return false;
        }
        session = new Session(
            new Guid(token[UserIdAt..SessionIdAt], bigEndian: true), new Guid(token[SessionIdAt..IssuedAtAt], bigEndian: true),
            issuedAt, HasCurrentKey: key == _keys[0]);
        return true;
    }

    private string Issue(Guid userId, Guid sessionId)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        token[0] = Version;
        _keys[0].Id.CopyTo(token[KeyIdAt..]);
        userId.TryWriteBytes(token[UserIdAt..], bigEndian: true, out _);
        sessionId.TryWriteBytes(token[SessionIdAt..], bigEndian: true, out _);
        WriteTime(token[IssuedAtAt..PayloadBytes], time.GetUtcNow());
        _keys[0].Sign(token[..PayloadBytes], token[PayloadBytes..]);
        return Base64Url.EncodeToString(token);
    }

    private SessionKey? SignerOf(ReadOnlySpan<byte> token)
    {
        foreach (var key in _keys)
        {
            if (token[KeyIdAt..UserIdAt].SequenceEqual(key.Id) && key.Verifies(token[..PayloadBytes], token[PayloadBytes..]))
            {
                return key;
            }
        }
        return null;
    }

    private static void WriteTime(Span<byte> bytes, DateTimeOffset at)
    {
        Span<byte> wide = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(wide, at.ToUnixTimeMilliseconds());
        wide[^TimeBytes..].CopyTo(bytes);
    }

    // The signature is verified, so the value is a valid time.
    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[sizeof(long)];
        bytes.CopyTo(wide[^TimeBytes..]);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(wide));
    }
}
