using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>When a user is told that credits run out: section <c>LowBalance</c>.</summary>
internal sealed class LowBalanceOptions : IValidatedOptions
{
    /// <summary>A balance below this many credits is low; 0: no mails.</summary>
    public long ThresholdCents { get; init; } = 100;

    /// <summary>
    /// How long it must have been low: an automatic top-up refills it meanwhile, and the credits of a job that fails come back.
    /// </summary>
    public int DelaySeconds { get; init; } = 120;

    public TimeSpan Delay => TimeSpan.FromSeconds(DelaySeconds);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(ThresholdCents), ThresholdCents, 0, 100_000_000);
        errors.Range(nameof(DelaySeconds), DelaySeconds, 0, 86_400);
    }
}
