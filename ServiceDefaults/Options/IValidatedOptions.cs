namespace ReelBallers.ServiceDefaults;

/// <summary>Settings that are validated before the service starts.</summary>
public interface IValidatedOptions
{
    /// <summary>Reports every invalid setting.</summary>
    void Validate(OptionsErrors errors);
}
