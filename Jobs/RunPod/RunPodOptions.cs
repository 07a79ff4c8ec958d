namespace ReelBallers.Jobs;

/// <summary>The RunPod account and endpoint.</summary>
internal sealed class RunPodOptions : IValidOptions
{
    public string ApiKey { get; init; } = "";

    public string EndpointId { get; init; } = "";

    public string BaseUrl { get; init; } = "https://api.runpod.ai/v2";

    /// <summary>The HMAC key of the callback tokens.</summary>
    public string CallbackKey { get; init; } = "";

    /// <summary>The timeout of a call to RunPod.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    public void Validate()
    {
        if (ApiKey.Length == 0)
        {
            throw new InvalidOperationException("RunPod:ApiKey is not set.");
        }
        if (EndpointId.Length == 0 || EndpointId.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
        {
            throw new InvalidOperationException("RunPod:EndpointId must be letters, digits, '-' and '_'.");
        }
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException("RunPod:BaseUrl must be an absolute http or https URL.");
        }
        if (CallbackKey.Length < 16)
        {
            throw new InvalidOperationException("RunPod:CallbackKey must have 16 characters or more.");
        }
        if (TimeoutSeconds is < 1 or > 20)
        {
            throw new InvalidOperationException("RunPod:TimeoutSeconds must be 1 to 20: an intent's lease must outlast the call.");
        }
    }
}
