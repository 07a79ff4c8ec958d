using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Automatic top-ups: section <c>AutoTopup</c>.</summary>
internal sealed class AutoTopupOptions : IValidatedOptions
{
    /// <summary><c>off</c>: no card is charged without its owner; rules can still be changed.</summary>
    public string Charges { get; init; } = "on";

    /// <summary>After a paid top-up, before the balance counts again.</summary>
    public int CoolOffSeconds { get; init; } = 60;

    /// <summary>After a failed payment, before the next attempt.</summary>
    public int RetryAfterMinutes { get; init; } = 60;

    /// <summary>How often a balance is read of which the wallet has reported no change.</summary>
    public int SweepSeconds { get; init; } = 300;

    public bool IsCharging => Charges == "on";

    public TimeSpan CoolOff => TimeSpan.FromSeconds(CoolOffSeconds);

    public TimeSpan RetryAfter => TimeSpan.FromMinutes(RetryAfterMinutes);

    public TimeSpan Sweep => TimeSpan.FromSeconds(SweepSeconds);

    public void Validate(OptionsErrors errors)
    {
        errors.OneOf(nameof(Charges), Charges, "on", "off");
        errors.Range(nameof(CoolOffSeconds), CoolOffSeconds, 1, 86_400);
        errors.Range(nameof(RetryAfterMinutes), RetryAfterMinutes, 1, 10_080);
        errors.Range(nameof(SweepSeconds), SweepSeconds, 5, 3_600);
    }
}
