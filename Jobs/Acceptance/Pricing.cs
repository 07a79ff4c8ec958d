using System.Globalization;
using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>Calculates prices, in integers only.</summary>
internal sealed class Pricing(IOptions<PricingOptions> options)
{
    private readonly IReadOnlyList<(int UpTo, long Percent)> _sourceResolutions = Steps(options.Value.SourceResolutionPercent);
    private readonly IReadOnlyList<(int UpTo, long Percent)> _frameRates = Steps(options.Value.FrameRatePercent);

    public PricingOptions Table => options.Value;

    /// <summary>The catalogue's models, by name.</summary>
    public IReadOnlyDictionary<string, UpscaleModel> Models { get; } =
        options.Value.Models.Where(model => model.Value.Enabled).OrderBy(model => model.Key, StringComparer.Ordinal)
            .ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name as the catalogue writes it; null when it has no such model.</summary>
    public string? ModelName(string name) => Models.Keys.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The price for this many seconds, rounded up to a whole cent.</summary>
    /// <param name="type">The type of the job.</param>
    /// <param name="startedSeconds">The length of the video.</param>
    /// <param name="model">A name of the catalogue; null without one.</param>
    /// <param name="resolution">The picture of the result; null for one of 100 %.</param>
    /// <param name="source">Its resolution and frame rate count; null for an ordinary one.</param>
    /// <param name="targetFps">The frame rate of the result, which counts where it is higher; null for that of the source.</param>
    public long CostCents(
        JobType type, int startedSeconds, string? model = null, string? resolution = null, SourceVideo? source = null,
        double? targetFps = null)
    {
        var perUnit = model is null ? Table.BaseCents[type.ToWire()] : Models[model].BaseCents;
        Int128 percent = resolution is null ? 100 : Table.ResolutionPercent[resolution];
        percent *= source is null ? 100 : Factor(_sourceResolutions, source.Lines);
        percent *= source is null && targetFps is null ? 100 : Factor(_frameRates, Math.Max(source?.FrameRate ?? 0, targetFps ?? 0));
        Int128 unit = (Int128)Table.UnitSeconds * 1_000_000;
        var cost = (long)(((perUnit * startedSeconds * percent) + unit - 1) / unit);
        return Math.Max(cost, Table.MinimumCents);
    }

    /// <summary>Of the first step that the value does not exceed, or of the last.</summary>
    private static long Factor(IReadOnlyList<(int UpTo, long Percent)> steps, double value)
    {
        // A phone's 60 frames a second are 60.02.
        var index = steps.ToList().FindIndex(step => Math.Round(value) <= step.UpTo);
        return steps[index < 0 ? steps.Count - 1 : index].Percent;
    }

    private static IReadOnlyList<(int UpTo, long Percent)> Steps(IReadOnlyDictionary<string, long> table) =>
        [.. table.Select(step => (int.Parse(step.Key.TrimEnd('p'), CultureInfo.InvariantCulture), step.Value)).OrderBy(step => step.Item1)];

    /// <summary>The price of a job for this source.</summary>
    public long CostCents(JobSpecification specification, SourceVideo source) => CostCents(
        specification.Type, StartedSeconds(source.DurationSeconds)!.Value, specification.Work.UpscaleModel,
        specification.Work.TargetResolution, source, specification.Work.TargetFps);

    /// <summary>A duration rounded up to whole seconds; null when it is out of range.</summary>
    public int? StartedSeconds(decimal durationSeconds) =>
        durationSeconds > 0 && durationSeconds <= Table.MaxDurationSeconds ? (int)Math.Ceiling(durationSeconds) : null;
}
