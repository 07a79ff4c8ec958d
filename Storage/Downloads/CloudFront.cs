using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReelBallers.Storage;

/// <summary>
/// Signs download links of CloudFront with a canned policy
/// (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html).
/// </summary>
internal sealed class CloudFront(IOptions<CloudFrontOptions> options, TimeProvider time)
{
    /// <summary>Whether a distribution is set.</summary>
    public bool IsUsed => options.Value.Url.Length > 0;

    /// <summary>For a browser download with this file name and type.</summary>
    public string SignDownload(string key, string filename, string contentType, TimeSpan lifetime)
    {
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        var url = $"{options.Value.Url.TrimEnd('/')}/{path}"
            + $"?response-content-disposition={Uri.EscapeDataString(DownloadHeaders.Disposition(filename))}"
            + $"&response-content-type={Uri.EscapeDataString(contentType)}";
        var expires = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{url}&Expires={expires}&Signature={Sign(url, expires)}&Key-Pair-Id={options.Value.KeyPairId}";
    }

    // The policy has no spaces. Escaped URLs have no characters that JSON escapes.
    private string Sign(string url, string expires)
    {
        var policy = $$$$"""{"Statement":[{"Resource":"{{{{url}}}}","Condition":{"DateLessThan":{"AWS:EpochTime":{{{{expires}}}}}}}]}""";
        // Not shared: an RSA instance serves one thread at a time.
        using var rsa = RSA.Create();
        rsa.ImportFromPem(options.Value.GetPem());
        // CloudFront defines SHA-1.
        var signature = rsa.SignData(Encoding.UTF8.GetBytes(policy), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
        return Convert.ToBase64String(signature).Replace('+', '-').Replace('=', '_').Replace('/', '~');
    }
}
