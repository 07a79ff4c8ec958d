using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>What a person has allowed at the authorization page.</summary>
internal sealed record OpenIdGrant(
    OpenIdPerson Person, string RedirectUri, string? Nonce, string Challenge, DateTimeOffset SignedInAt);

/// <summary>Codes, which work once and for a minute, and access tokens, which work for an hour. They do not survive a restart.</summary>
internal sealed class OpenIdGrants(TimeProvider time)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, OpenIdGrant> _codes = [];
    private readonly ConcurrentDictionary<string, OpenIdGrant> _accessTokens = [];

    public string AddCode(OpenIdGrant grant) => Add(_codes, grant);

    public string AddAccessToken(OpenIdGrant grant) => Add(_accessTokens, grant);

    /// <summary>Null for a code that is unknown, was redeemed, or is too old.</summary>
    public OpenIdGrant? Redeem(string code) =>
        _codes.TryRemove(code, out var grant) && time.GetUtcNow() - grant.SignedInAt < CodeLifetime ? grant : null;

    /// <summary>Null for a token that is unknown or too old.</summary>
    public OpenIdGrant? Find(string accessToken) =>
        _accessTokens.TryGetValue(accessToken, out var grant) && time.GetUtcNow() - grant.SignedInAt < AccessLifetime ? grant : null;

    private static string Add(ConcurrentDictionary<string, OpenIdGrant> grants, OpenIdGrant grant)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        grants[secret] = grant;
        return secret;
    }
}
