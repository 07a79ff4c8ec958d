using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>The secrets that sign session tokens: section <c>Session</c>.</summary>
internal sealed class SessionOptions : IValidatedOptions
{
    private const int MinLength = 32;

    public string SigningKey { get; init; } = "";

    /// <summary>
    /// The key that <see cref="SigningKey"/> has replaced; tokens with its signature are accepted until they are renewed.
    /// </summary>
    public string PreviousSigningKey { get; init; } = "";

    public void Validate(OptionsErrors errors)
    {
        if (SigningKey.Length < MinLength)
        {
            errors.Add(nameof(SigningKey), $"is missing or too short. Set it to a random text of {MinLength} characters or more.");
        }
        if (PreviousSigningKey.Length is > 0 and < MinLength)
        {
            errors.Add(
                nameof(PreviousSigningKey), $"is shorter than {MinLength} characters. Set it to the key that was replaced, or remove it.");
        }
        else if (PreviousSigningKey.Length > 0 && PreviousSigningKey == SigningKey)
        {
            errors.Add(nameof(PreviousSigningKey), "is the same as Session:SigningKey. Set it to the key that was replaced, or remove it.");
        }
    }
}
