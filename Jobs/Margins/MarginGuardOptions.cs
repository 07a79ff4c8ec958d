using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>When an endpoint is paused because it costs more than it is worth, from the section <c>MarginGuard</c>.</summary>
internal sealed class MarginGuardOptions : IValidatedOptions
{
    /// <summary>Runs of several users that crash one after another; of a single user, twice as many.</summary>
    public int CrashesInARow { get; init; } = 5;

    /// <summary>Runs that were executed although another run of their job delivered, among the last <see cref="Runs"/>.</summary>
    public int DoubledRuns { get; init; } = 5;

    /// <summary>How many of an endpoint's last runs are looked at. The cost counts once there are as many.</summary>
    public int Runs { get; init; } = 20;

    /// <summary>What these runs may cost, in percent of what their jobs have earned.</summary>
    public int MaxCostPercent { get; init; } = 100;

    /// <summary>Runs that ended longer ago are not looked at.</summary>
    public int WindowSeconds { get; init; } = 3600;

    /// <summary>How long a pause lasts; twice as long each time that none has delivered since the last one, up to six hours.</summary>
    public int PauseSeconds { get; init; } = 900;

    /// <summary>How often the runs are looked at.</summary>
    public int IntervalSeconds { get; init; } = 10;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(CrashesInARow), CrashesInARow, 2, 1000);
        errors.Range(nameof(DoubledRuns), DoubledRuns, 2, 1000);
        errors.Range(nameof(Runs), Runs, 2, 1000);
        errors.Range(nameof(MaxCostPercent), MaxCostPercent, 1, 100_000);
        errors.Range(nameof(WindowSeconds), WindowSeconds, 60, 7 * 24 * 3600);
        errors.Range(nameof(PauseSeconds), PauseSeconds, 1, 6 * 3600);
        errors.Range(nameof(IntervalSeconds), IntervalSeconds, 1, 3600);
    }
}
