using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Creates a user for an anonymous caller who tops up or asks for a sign-in link, and returns the session with the response. A
/// repeated request has no session yet, only its <c>Idempotency-Key</c>. The new user's id is derived from the key, so that the
/// repetition belongs to the same user and gets the first response; but not once that user has an account or has ended all sessions, since
/// the key would open an account.
/// </summary>
internal sealed class GuestTopupMiddleware(
    RequestDelegate next, SessionTokens tokens, RevokedUsers revokedUsers, TimeProvider time, IOptions<SessionOptions> options)
{
    // A key of this length is assumed to be unguessable (a UUID has 36 characters). A shorter one counts only together with
    // the client's address.
    private const int UnguessableLength = 22;
    private const int UuidBytes = 16;

    // How long a key leads to the same user, at most; shorter than RevokedUsers keeps a row.
    private static readonly TimeSpan KeyPeriod = TimeSpan.FromDays(90);

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.SigningKey), HMACSHA256.HashSizeInBytes,
        info: "reelballers guest topup 1"u8.ToArray());

    public Task InvokeAsync(HttpContext context)
    {
        if (RoutePolicy.Of(context).Access == Access.OpensSession && context.GetCaller() is null)
        {
            var userId = NewUserId(context);
            context.Request.Headers[Caller.HeaderName] = userId.ToString();
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
                {
                    SessionCookie.Set(context, tokens.Issue(userId));
                }
                return Task.CompletedTask;
            });
        }
        return next(context);
    }

    private Guid NewUserId(HttpContext context)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
        {
            return Guid.NewGuid();
        }
        var address = key.Length < UnguessableLength ? ClientAddress.Of(context) : "";
        var period = time.GetUtcNow().UtcTicks / KeyPeriod.Ticks;
        var bytes = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{period}\n{address}\n{key}")).AsSpan(0, UuidBytes);
        // Version 8 and variant 1 of RFC 9562: an application-defined id.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        var userId = new Guid(bytes, bigEndian: true);
        return revokedUsers.Contains(userId) ? Guid.NewGuid() : userId;
    }
}
