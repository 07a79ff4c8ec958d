using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Section <c>RateLimits</c>.</summary>
internal sealed class RateLimitOptions : IValidatedOptions
{
    /// <summary><c>on</c>, or <c>off</c> for load tests.</summary>
    public string Mode { get; init; } = "on";

    public bool IsOn => Mode == "on";

    public void Validate(OptionsErrors errors) => errors.OneOf(nameof(Mode), Mode, "on", "off");
}
