namespace ReelBallers.Jobs;

/// <summary>The public address of the app.</summary>
internal sealed class AppOptions : IValidOptions
{
    /// <summary>The Gateway's public base URL, to which RunPod posts its callbacks.</summary>
    public string Url { get; init; } = "http://localhost:8080";

    public void Validate()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException("App:Url must be an absolute http or https URL.");
        }
    }
}
