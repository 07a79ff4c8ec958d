using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>When operators are told that too many jobs fail, from the section <c>JobAlerts</c>.</summary>
internal sealed class JobAlertOptions : IValidatedOptions
{
    /// <summary>The share of failed and timed out jobs that is still accepted, in percent.</summary>
    public int FailurePercent { get; init; } = 5;

    /// <summary>Jobs that ended longer ago do not count when <see cref="MinJobs"/> ended since.</summary>
    public int WindowMinutes { get; init; } = 60;

    /// <summary>With fewer jobs, the latest of a day count, as many as this, and most of three.</summary>
    public int MinJobs { get; init; } = 20;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(FailurePercent), FailurePercent, 1, 100);
        errors.Range(nameof(WindowMinutes), WindowMinutes, 1, 7 * 24 * 60);
        errors.Range(nameof(MinJobs), MinJobs, 1, 1_000_000);
    }
}
