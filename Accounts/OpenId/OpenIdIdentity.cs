using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ReelBallers.Accounts;

/// <summary>Who an issuer says a person is.</summary>
/// <param name="Provider">The issuer.</param>
/// <param name="Subject">The person's id there, which never changes.</param>
/// <param name="Email">The address, which the issuer has verified; normalized.</param>
/// <param name="TokenHash">Of the ID token: it signs in once.</param>
/// <param name="TokenExpiresAt">When the token ends.</param>
internal sealed record OpenIdIdentity(
    OpenIdProvider Provider, string Subject, string Email, byte[] TokenHash, DateTimeOffset TokenExpiresAt)
{
    /// <summary>The maximum length of a subject (OpenID Connect Core, section 2).</summary>
    public const int MaxSubjectLength = 255;

    /// <summary>The identity in a valid token.</summary>
    /// <param name="provider">The issuer.</param>
    /// <param name="token">Of the issuer.</param>
    /// <param name="userInfo">Has the address in place of the token; null: the token has it.</param>
    /// <returns>The identity, or why there is none.</returns>
    public static (OpenIdIdentity? Identity, OpenIdRejection Rejection) From(
        OpenIdProvider provider, JsonWebToken token, JsonElement? userInfo = null)
    {
        if (token.Subject is not { Length: > 0 and <= MaxSubjectLength } subject || !subject.All(char.IsAscii))
        {
            return (null, OpenIdRejection.InvalidToken);
        }
        if (ClaimOf(token, userInfo, "email_verified") is not ("true" or "True")
            || EmailAddress.Normalize(ClaimOf(token, userInfo, "email")) is not { } email)
        {
            return (null, OpenIdRejection.EmailNotVerified);
        }
        var expiresAt = new DateTimeOffset(token.ValidTo, TimeSpan.Zero);
        return (new OpenIdIdentity(provider, subject, email, OpenIdTokens.Hash(token), expiresAt), default);
    }

    /// <summary>A point of time in a token, in Unix seconds; null when it is not there.</summary>
    public static DateTimeOffset? TimeOf(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<long>(claim, out var seconds) && seconds is >= 0 and < int.MaxValue * 100L
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    // Some issuers write booleans as texts.
    private static string? ClaimOf(JsonWebToken token, JsonElement? userInfo, string claim) =>
        userInfo is { } claims ? claims.TryGetProperty(claim, out var other) ? other.ToString() : null
        : token.TryGetPayloadValue<object>(claim, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture)
        : null;
}

/// <summary>Why an issuer's answer is rejected.</summary>
internal enum OpenIdRejection
{
    /// <summary>The token is not one of the issuer for us, is not for this sign-in, or has ended.</summary>
    InvalidToken,

    /// <summary>The issuer has not verified the address, or names none that we accept.</summary>
    EmailNotVerified,

    /// <summary>The token has signed in before.</summary>
    TokenUsed,
}
