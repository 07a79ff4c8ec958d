using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>Makes ID tokens, and what scripted faults make of them.</summary>
internal sealed class IdTokens(OpenIdKeys keys, FaultStore faults, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="issuer">Its claim <c>iss</c>.</param>
    /// <param name="audience">Its claim <c>aud</c>.</param>
    /// <param name="person">Whom it is about.</param>
    /// <param name="signedInAt">Its claim <c>auth_time</c>.</param>
    /// <param name="subject">The request that it is made for, which faults match: <c>POST /token</c>.</param>
    /// <param name="nonce">Its claim <c>nonce</c>; null for none.</param>
    /// <param name="accessToken">The one that is given out together with it; null for none.</param>
    public string Create(
        string issuer, string audience, OpenIdPerson person, DateTimeOffset signedInAt, string subject, string? nonce = null,
        string? accessToken = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var issuedAt = Strikes(FaultKind.ExpiredToken, subject) ? now - Lifetime - Lifetime : now;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = person.Subject,
            [JwtRegisteredClaimNames.AuthTime] = signedInAt.ToUnixTimeSeconds(),
            [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
        };
        if (!Strikes(FaultKind.ClaimsInUserinfo, subject))
        {
            claims[JwtRegisteredClaimNames.Email] = person.Email;
            claims["email_verified"] = !Strikes(FaultKind.UnverifiedEmail, subject);
        }

        if (nonce is not null)
        {
            claims[JwtRegisteredClaimNames.Nonce] = Strikes(FaultKind.WrongNonce, subject) ? $"not-{nonce}" : nonce;
        }

        if (accessToken is not null)
        {
            // OpenID Connect Core, section 3.1.3.6: the left half of the hash.
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes(accessToken));
            claims["at_hash"] = Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Strikes(FaultKind.WrongIssuer, subject) ? $"{issuer}/other" : issuer,
            Audience = Strikes(FaultKind.WrongAudience, subject) ? $"not-{audience}" : audience,
            IssuedAt = issuedAt,
            Expires = issuedAt + Lifetime,
            Claims = claims,
            SigningCredentials = keys.Signing,
        });
    }

    private bool Strikes(FaultKind kind, string subject) => faults.Strike(CloudName.OpenId, kind, subject) is not null;
}
