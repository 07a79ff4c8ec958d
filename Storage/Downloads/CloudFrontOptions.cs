using System.Security.Cryptography;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>
/// The CloudFront distribution in front of a bucket on Amazon S3. Without <see cref="Url"/> downloads come from the bucket.
/// </summary>
internal sealed class CloudFrontOptions : IValidatedOptions
{
    private const int MinKeyBits = 2048;

    /// <summary>The distribution, like <c>https://d111111abcdef8.cloudfront.net</c>; empty for none.</summary>
    public string Url { get; init; } = "";

    /// <summary>The id of the public key in the distribution's trusted key group.</summary>
    public string KeyPairId { get; init; } = "";

    /// <summary>The RSA private key of that pair in PEM; line breaks may be written as <c>\n</c>.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>The private key as PEM.</summary>
    public string GetPem() => PrivateKey.Replace("\\n", "\n", StringComparison.Ordinal);

    public void Validate(OptionsErrors errors)
    {
        if (Url.Length == 0)
        {
            return;
        }
        if (errors.HttpUrl(nameof(Url), Url) is { PathAndQuery: not "/" })
        {
            errors.Add(nameof(Url), $"is '{Url}'. Set it to a URL without a path.");
        }
        if (errors.Required(nameof(KeyPairId), KeyPairId, "the id of the public key at CloudFront")
            && !KeyPairId.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add(nameof(KeyPairId), $"is '{KeyPairId}'. Set it to the id of the public key at CloudFront: letters and digits.");
        }
        if (errors.Required(nameof(PrivateKey), PrivateKey, "the RSA private key in PEM") && !IsRsaKey())
        {
            // Without its value: it is a secret.
            errors.Add(nameof(PrivateKey), $"is not an RSA private key of {MinKeyBits} bits or more in PEM, which CloudFront needs.");
        }
    }

    private bool IsRsaKey()
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(GetPem());
            return key.KeySize >= MinKeyBits && key.ExportParameters(includePrivateParameters: true).D is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
