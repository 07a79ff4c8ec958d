using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Front ends elsewhere: section <c>Cors</c>.</summary>
internal sealed class AllowedOriginsOptions : IValidatedOptions
{
    /// <summary>Comma separated.</summary>
    public string AllowedOrigins { get; init; } = "";

    public string[] Origins => OriginList.Split(AllowedOrigins);

    public void Validate(OptionsErrors errors) => OriginList.Validate(nameof(AllowedOrigins), AllowedOrigins, errors);
}

/// <summary>What the web page may call besides the Gateway: section <c>ContentSecurity</c>.</summary>
internal sealed class ContentSecurityOptions : IValidatedOptions
{
    /// <summary>Of the storage that files are uploaded to and downloaded from; comma separated.</summary>
    public string StorageOrigins { get; init; } = "";

    public string[] Origins => OriginList.Split(StorageOrigins);

    public void Validate(OptionsErrors errors) => OriginList.Validate(nameof(StorageOrigins), StorageOrigins, errors);
}

/// <summary>A comma separated list of origins.</summary>
internal static class OriginList
{
    public static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static void Validate(string name, string list, OptionsErrors errors)
    {
        foreach (var origin in Split(list))
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin
                || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            {
                errors.Add(
                    name,
                    $"has '{origin}', which is not an origin. Set it to scheme://host[:port] without a path or a trailing slash; "
                    + "separate several by commas.");
            }
        }
    }
}
