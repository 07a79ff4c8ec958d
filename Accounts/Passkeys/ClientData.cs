using System.Text.Json;
using System.Text.Json.Serialization;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What the browser says that it has had signed: WebAuthn's <c>CollectedClientData</c>.</summary>
/// <param name="Challenge">The challenge that it was given.</param>
/// <param name="Origin">Of the page.</param>
internal sealed record ClientData(byte[] Challenge, string Origin)
{
    /// <summary>Reads it; null when it is none, or has a challenge that none of ours can be.</summary>
    public static ClientData? Read(byte[] json)
    {
        Members? members;
        try
        {
            members = JsonSerializer.Deserialize<Members>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
        var challenge = new byte[PasskeyChallenge.Bytes];
        return members is { Challenge: { } text, Origin: { } origin } && FixedBase64Url.TryDecode(text, challenge)
            ? new ClientData(challenge, origin)
            : null;
    }

    private static readonly JsonSerializerOptions Json = new() { AllowDuplicateProperties = false };

    private sealed record Members(
        [property: JsonPropertyName("challenge")] string? Challenge = null,
        [property: JsonPropertyName("origin")] string? Origin = null);
}
