using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The R2 bucket and the credentials for it.</summary>
internal sealed class R2Options : IValidatedOptions
{
    /// <summary>The account, whose endpoint is used when <see cref="ServiceUrl"/> is not set.</summary>
    public string AccountId { get; init; } = "";

    /// <summary>The S3 endpoint; an absolute URL without a path.</summary>
    public string ServiceUrl { get; init; } = "";

    /// <summary>The id of the access key.</summary>
    public string AccessKeyId { get; init; } = "";

    /// <summary>The secret of the access key.</summary>
    public string SecretAccessKey { get; init; } = "";

    /// <summary>The bucket of all videos.</summary>
    public string Bucket { get; init; } = "reelballers-videos";

    /// <summary>The S3 endpoint.</summary>
    public Uri GetEndpoint() => new(ServiceUrl.Length > 0 ? ServiceUrl : $"https://{AccountId}.r2.cloudflarestorage.com");

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
        errors.Required(nameof(AccessKeyId), AccessKeyId, "the access key id of an R2 API token");
        errors.Required(nameof(SecretAccessKey), SecretAccessKey, "the secret access key of an R2 API token");
    }
}
