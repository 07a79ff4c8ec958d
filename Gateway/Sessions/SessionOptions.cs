using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>The secrets that sign session tokens: section <c>Session</c>.</summary>
internal sealed class SessionOptions : IValidatedOptions
{
    public string SigningKey { get; init; } = "";

    /// <summary>
    /// The keys that <see cref="SigningKey"/> has replaced, comma separated; tokens with their signatures are accepted until they expire.
    /// </summary>
    public string PreviousSigningKeys { get; init; } = "";

    public void Validate(OptionsErrors errors) => SigningKeys.Check(
        errors, nameof(SigningKey), SigningKey, nameof(PreviousSigningKeys), PreviousSigningKeys);
}
