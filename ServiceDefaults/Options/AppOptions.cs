namespace ReelBallers.ServiceDefaults;

/// <summary>The public address of the app: section <c>App</c>.</summary>
public sealed class AppOptions : IValidatedOptions
{
    /// <summary>The Gateway's public base URL: Stripe redirects payers to it, RunPod posts its callbacks to it.</summary>
    public string Url { get; init; } = "";

    /// <summary>Without a slash at the end; by default the address of the local stack.</summary>
    public string BaseUrl => Url.Length > 0 ? Url.TrimEnd('/') : "http://localhost:8080";

    /// <summary>The origin of the app's pages; null when <see cref="Url"/> is not set.</summary>
    public string? Origin => Url.Length > 0 ? new Uri(Url).GetLeftPart(UriPartial.Authority) : null;

    /// <inheritdoc />
    public void Validate(OptionsErrors errors)
    {
        if (Url.Length > 0)
        {
            errors.BaseUrl(nameof(Url), Url);
        }
    }
}
