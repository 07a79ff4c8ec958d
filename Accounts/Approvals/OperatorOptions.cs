using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What one operator may do alone: section <c>Operators</c>.</summary>
internal sealed class OperatorOptions : IValidatedOptions
{
    /// <summary>An act that moves more money than this needs a second admin; 0: every one does.</summary>
    public long TwoPersonLimitCents { get; init; } = 10_000;

    public void Validate(OptionsErrors errors) => errors.Range(nameof(TwoPersonLimitCents), TwoPersonLimitCents, 0, 100_000_000_000);
}
