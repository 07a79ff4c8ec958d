using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The RunPod account and endpoint.</summary>
internal sealed class RunPodOptions : IValidatedOptions
{
    private const int MinCallbackKeyLength = 16;

    public string ApiKey { get; init; } = "";

    public string EndpointId { get; init; } = "";

    public string BaseUrl { get; init; } = "https://api.runpod.ai/v2";

    /// <summary>The HMAC key of the callback tokens.</summary>
    public string CallbackKey { get; init; } = "";

    /// <summary>What a second on the endpoint's GPU costs, in millionths of a dollar; 0 when it is not known.</summary>
    public long MicrodollarsPerSecond { get; init; }

    /// <summary>The timeout of a call to RunPod.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    public void Validate(OptionsErrors errors)
    {
        errors.Required(nameof(ApiKey), ApiKey, "the API key of the RunPod account");
        if (errors.Required(nameof(EndpointId), EndpointId, "the id of the serverless endpoint") && !EndpointId.All(IsIdCharacter))
        {
            errors.Add(
                nameof(EndpointId), $"is '{EndpointId}'. Set it to the id of the serverless endpoint: letters, digits, '-' and '_'.");
        }
        errors.HttpUrl(nameof(BaseUrl), BaseUrl);
        if (CallbackKey.Length < MinCallbackKeyLength)
        {
            errors.Add(
                nameof(CallbackKey),
                $"is missing or too short. Set it to a random text of {MinCallbackKeyLength} characters or more.");
        }
        errors.Range(nameof(MicrodollarsPerSecond), MicrodollarsPerSecond, 0, 1_000_000_000);
        // The lease of an intent must outlast the call.
        errors.Range(nameof(TimeoutSeconds), TimeoutSeconds, 1, 20);
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
