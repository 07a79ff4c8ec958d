using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>How long personal data is kept: section <c>Retention</c>.</summary>
internal sealed class RetentionOptions : IValidatedOptions
{
    /// <summary>The content of events that are done, and the addresses of callers.</summary>
    public int DoneDays { get; init; } = 30;

    /// <summary>The content of events that are dead.</summary>
    public int DeadDays { get; init; } = 180;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(DoneDays), DoneDays, 2, 3_650);
        errors.Range(nameof(DeadDays), DeadDays, 2, 3_650);
    }
}
