using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The bucket and the credentials for it: on R2, or on another server that speaks S3.</summary>
internal sealed class R2Options : IValidatedOptions
{
    /// <summary>The account, whose endpoint is used when <see cref="ServiceUrl"/> is not set.</summary>
    public string AccountId { get; init; } = "";

    /// <summary>The jurisdiction of the bucket: empty, <c>eu</c> or <c>fedramp</c>. A bucket is reachable in its own only.</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>The S3 endpoint; an absolute URL without a path.</summary>
    public string ServiceUrl { get; init; } = "";

    /// <summary>The region that requests are signed for: <c>auto</c> on R2, <c>eu-central-1</c> and the like on Amazon S3.</summary>
    public string Region { get; init; } = "auto";

    /// <summary>
    /// Whether the bucket is in the path, as R2 and most servers have it, or else in the host's name, as Amazon S3 prefers.
    /// </summary>
    public bool ForcePathStyle { get; init; } = true;

    /// <summary>The id of the access key.</summary>
    public string AccessKeyId { get; init; } = "";

    /// <summary>The secret of the access key.</summary>
    public string SecretAccessKey { get; init; } = "";

    /// <summary>The bucket of all videos.</summary>
    public string Bucket { get; init; } = "reelballers-videos";

    /// <summary>
    /// The origins whose pages upload and download, comma separated: the bucket's CORS rule at the start. Empty leaves the bucket's
    /// own rules.
    /// </summary>
    public string AllowedOrigins { get; init; } = "";

    /// <summary>The S3 endpoint.</summary>
    public Uri GetEndpoint() => new(ServiceUrl.Length > 0
        ? ServiceUrl
        : $"https://{AccountId}.{(Jurisdiction.Length > 0 ? $"{Jurisdiction}." : "")}r2.cloudflarestorage.com");

    /// <summary>The origins of <see cref="AllowedOrigins"/>.</summary>
    public IReadOnlyList<string> GetAllowedOrigins() =>
        [.. AllowedOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(origin => origin.TrimEnd('/')).Distinct(StringComparer.Ordinal)];

    public void Validate(OptionsErrors errors)
    {
        if (ServiceUrl.Length > 0)
        {
            if (errors.HttpUrl(nameof(ServiceUrl), ServiceUrl) is { PathAndQuery: not "/" })
            {
                errors.Add(nameof(ServiceUrl), $"is '{ServiceUrl}'. Set it to a URL without a path.");
            }
        }
        else if (errors.Required(nameof(AccountId), AccountId, "the id of the Cloudflare account, or set R2:ServiceUrl")
            && !AccountId.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add(nameof(AccountId), $"is '{AccountId}'. Set it to the id of the Cloudflare account: letters and digits.");
        }
        if (Jurisdiction is not ("" or "eu" or "fedramp"))
        {
            errors.Add(nameof(Jurisdiction), $"is '{Jurisdiction}'. Set it to eu or fedramp, or leave it empty.");
        }
        if (Region.Length is 0 or > 32 || !Region.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)
            || character == '-'))
        {
            errors.Add(nameof(Region), $"is '{Region}'. Set it to auto for R2, or to the region of the bucket, like eu-central-1.");
        }
        if (!IsBucketName(Bucket))
        {
            errors.Add(nameof(Bucket), $"is '{Bucket}'. Set it to 3 to 63 lower-case letters, digits and hyphens.");
        }
        if (GetAllowedOrigins().FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong)
        {
            errors.Add(nameof(AllowedOrigins), $"has '{wrong}'. Set it to origins like https://app.example, comma separated.");
        }
        errors.Required(nameof(AccessKeyId), AccessKeyId, "the access key id of an R2 API token");
        errors.Required(nameof(SecretAccessKey), SecretAccessKey, "the secret access key of an R2 API token");
    }

    private static bool IsBucketName(string name) => name.Length is >= 3 and <= 63
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && name[0] != '-' && name[^1] != '-';

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.GetLeftPart(UriPartial.Authority) == text && url.UserInfo.Length == 0;
}
