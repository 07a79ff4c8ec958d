using System.Globalization;

namespace ReelBallers.Jobs;

/// <summary>A run that has ended, with what its job has earned.</summary>
/// <param name="JobId">The job.</param>
/// <param name="UserId">Its user.</param>
/// <param name="State">How the run ended.</param>
/// <param name="Crashed">Whether the worker or its machine is to blame.</param>
/// <param name="WasExecuted">Whether a worker ran it.</param>
/// <param name="CostMicrodollars">What RunPod charges for it; null when that is not known.</param>
/// <param name="EarnedCents">The price of its job if this run delivered it, otherwise 0.</param>
internal sealed record EndedRun(
    Guid JobId, Guid UserId, RunState State, bool Crashed, bool WasExecuted, long? CostMicrodollars, long EarnedCents);

/// <summary>Why an endpoint is paused.</summary>
/// <param name="Code">For metrics.</param>
/// <param name="Text">For operators.</param>
internal sealed record PauseReason(string Code, string Text);

/// <summary>Decides whether an endpoint burns money.</summary>
internal static class MarginRules
{
    // A credit is a cent.
    private const long MicrodollarsPerCent = 10_000;

    /// <param name="runs">The last runs of the endpoint that have ended, newest first.</param>
    /// <param name="options">The limits.</param>
    /// <returns>Why the endpoint is to be paused; null when it is not.</returns>
    public static PauseReason? Judge(IReadOnlyList<EndedRun> runs, MarginGuardOptions options) =>
        Crashes(runs, options) ?? Doubled(runs, options) ?? Loss(runs, options);

    private static PauseReason? Crashes(IReadOnlyList<EndedRun> runs, MarginGuardOptions options)
    {
        // A run that ended without a fault or for a fault of the video shows that the worker works; a cancelled one shows nothing.
        var crashed = runs.Where(run => run.Crashed || run.State is RunState.Completed or RunState.Failed)
            .TakeWhile(run => run.Crashed).DistinctBy(run => run.JobId).ToList();
        // One user alone could stop the endpoint for all with a video that crashes the worker.
        var needed = crashed.Select(run => run.UserId).Distinct().Count() > 1 ? options.CrashesInARow : 2 * options.CrashesInARow;
        return crashed.Count >= needed
            ? new PauseReason("crashes", Text($"the runs of {crashed.Count} jobs have crashed one after another"))
            : null;
    }

    private static PauseReason? Doubled(IReadOnlyList<EndedRun> runs, MarginGuardOptions options)
    {
        var doubled = runs.Count(run => run is { State: RunState.Superseded, WasExecuted: true });
        return doubled >= options.DoubledRuns
            ? new PauseReason("doubled", Text($"{doubled} of the last {runs.Count} runs were executed in vain beside another run"))
            : null;
    }

    private static PauseReason? Loss(IReadOnlyList<EndedRun> runs, MarginGuardOptions options)
    {
        if (runs.Count < options.Runs)
        {
            return null;
        }
        var cost = runs.Sum(run => run.CostMicrodollars ?? 0);
        var earned = runs.Sum(run => run.EarnedCents) * MicrodollarsPerCent;
        return (decimal)cost * 100 > (decimal)earned * options.MaxCostPercent
            ? new PauseReason(
                "loss", Text($"the last {runs.Count} runs have cost {cost} microdollars and their jobs have earned {earned}"))
            : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
