using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>The key that signs ID tokens. It is made anew with each start and by a rotation, which ends the one before.</summary>
internal sealed class OpenIdKeys
{
    private const int Bits = 2048;
    private volatile RsaSecurityKey _key = Create();

    public SigningCredentials Signing => new(_key, SecurityAlgorithms.RsaSha256);

    /// <summary>The document of <c>jwks_uri</c>.</summary>
    public object Document
    {
        get
        {
            var key = _key;
            var numbers = key.Rsa.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64UrlEncoder.Encode(numbers.Modulus), Base64UrlEncoder.Encode(numbers.Exponent));
            return new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = key.KeyId, n, e } } };
        }
    }

    public void Rotate() => _key = Create();

    private static RsaSecurityKey Create() => new(RSA.Create(Bits)) { KeyId = Guid.NewGuid().ToString("N") };
}
