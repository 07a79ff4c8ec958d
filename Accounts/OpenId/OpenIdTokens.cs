using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ReelBallers.Accounts;

/// <summary>Validates ID tokens by their issuer's keys.</summary>
internal static class OpenIdTokens
{
    /// <summary>By which the clocks of issuers may differ from ours.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // None by a shared secret: the public key would be accepted as one.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>The token when its signature, issuer, audience and lifetime are valid; null when not.</summary>
    /// <exception cref="OpenIdUnavailableException">The issuer's keys cannot be read.</exception>
    public static async Task<JsonWebToken?> ValidateAsync(
        OpenIdProvider provider, string token, IEnumerable<string> audiences, CancellationToken cancellationToken)
    {
        var metadata = await provider.MetadataAsync(cancellationToken);
        var result = await ValidateAsync(provider, metadata, token, audiences);
        // After a rotation of the keys.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await provider.RefreshAsync(metadata, cancellationToken))
        {
            result = await ValidateAsync(provider, await provider.MetadataAsync(cancellationToken), token, audiences);
        }
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    /// <summary>The issuer that a token claims to be of; null for a text that is no token.</summary>
    public static string? IssuerOf(string token)
    {
        try
        {
            return Handler.CanReadToken(token) ? Handler.ReadJsonWebToken(token).Issuer : null;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>
    /// Identifies a token that is valid: SHA-256 of what is signed. The signature itself may be encoded in several ways.
    /// </summary>
    public static byte[] Hash(JsonWebToken token) =>
        SHA256.HashData(Encoding.ASCII.GetBytes($"{token.EncodedHeader}.{token.EncodedPayload}"));

    private static Task<TokenValidationResult> ValidateAsync(
        OpenIdProvider provider, OpenIdConnectConfiguration metadata, string token, IEnumerable<string> audiences) =>
        Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = provider.Options.Issuer,
            ValidAudiences = audiences,
            IssuerSigningKeys = metadata.SigningKeys,
            ValidAlgorithms = Algorithms,
            ClockSkew = ClockSkew,
        });
}
