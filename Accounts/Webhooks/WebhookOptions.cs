using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Webhooks to other systems: section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions : IValidatedOptions
{
    private const int MinKeyLength = 32;

    /// <summary>The secret that the endpoints' signing secrets are made with.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>
    /// Whether endpoints may be programs on this machine (<c>127.0.0.0/8</c>, <c>::1</c>), also without TLS. For development only.
    /// </summary>
    public bool AllowLoopback { get; init; }

    public void Validate(OptionsErrors errors)
    {
        if (SecretKey.Length < MinKeyLength)
        {
            errors.Add(nameof(SecretKey), $"is missing or too short. Set it to a random text of {MinKeyLength} characters or more.");
        }
    }
}
