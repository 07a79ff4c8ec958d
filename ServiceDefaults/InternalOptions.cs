using System.Text;

namespace ReelBallers.ServiceDefaults;

/// <summary>What the Gateway and the services share: section <c>Internal</c>.</summary>
public sealed class InternalOptions : IValidatedOptions
{
    internal const int MaxLength = 512;
    private const int MinLength = 16;

    /// <summary>The secret of <see cref="InternalCredential"/>.</summary>
    public string Credential { get; init; } = "";

    /// <inheritdoc />
    public void Validate(OptionsErrors errors)
    {
        if (Credential.Length is < MinLength or > MaxLength || !Ascii.IsValid(Credential))
        {
            errors.Add(
                nameof(Credential),
                $"is missing, too short, too long or not ASCII. Set it to a secret of {MinLength} to {MaxLength} ASCII characters, "
                + "the same for the Gateway and all services.");
        }
    }
}
