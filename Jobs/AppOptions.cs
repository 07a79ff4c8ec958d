using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The public address of the app.</summary>
internal sealed class AppOptions : IValidatedOptions
{
    /// <summary>The Gateway's public base URL, to which RunPod posts its callbacks.</summary>
    public string Url { get; init; } = "http://localhost:8080";

    public void Validate(OptionsErrors errors) => errors.HttpUrl(nameof(Url), Url);
}
