using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The comparison with Stripe: section <c>Reconciler</c>.</summary>
internal sealed class ReconcilerOptions : IValidatedOptions
{
    /// <summary>Between two comparisons.</summary>
    public int IntervalSeconds { get; init; } = 300;

    /// <summary>How far a comparison goes back once a day; the others start from where the last one was complete.</summary>
    public int LookBackHours { get; init; } = 96;

    /// <summary>Younger objects are left to the webhooks.</summary>
    public int GraceSeconds { get; init; } = 60;

    public TimeSpan Interval => TimeSpan.FromSeconds(IntervalSeconds);

    public TimeSpan LookBack => TimeSpan.FromHours(LookBackHours);

    public TimeSpan Grace => TimeSpan.FromSeconds(GraceSeconds);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(IntervalSeconds), IntervalSeconds, 1, 86_400);
        errors.Range(nameof(LookBackHours), LookBackHours, 1, 720);
        errors.Range(nameof(GraceSeconds), GraceSeconds, 0, 3_600);
    }
}
