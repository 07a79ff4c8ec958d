using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>Calculates prices, in integers only.</summary>
internal sealed class Pricing(IOptions<PricingOptions> options)
{
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
    public long CostCents(JobType type, int startedSeconds, string? model = null)
    {
        var perUnit = model is null ? Table.BaseCents[type.ToWire()] : Models[model].BaseCents;
        var cost = ((perUnit * startedSeconds) + Table.UnitSeconds - 1) / Table.UnitSeconds;
        return Math.Max(cost, Table.MinimumCents);
    }

    /// <summary>A duration rounded up to whole seconds; null when it is out of range.</summary>
    public int? StartedSeconds(decimal durationSeconds) =>
        durationSeconds > 0 && durationSeconds <= Table.MaxDurationSeconds ? (int)Math.Ceiling(durationSeconds) : null;
}
