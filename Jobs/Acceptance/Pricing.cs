using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>Calculates prices, in integers only.</summary>
internal sealed class Pricing(IOptions<PricingOptions> options)
{
    public PricingOptions Table => options.Value;

    /// <summary>The price for this many seconds, rounded up to a whole cent.</summary>
    public long CostCents(JobType type, int startedSeconds)
    {
        var perUnit = Table.BaseCents[type.ToWire()];
        var cost = ((perUnit * startedSeconds) + Table.UnitSeconds - 1) / Table.UnitSeconds;
        return Math.Max(cost, Table.MinimumCents);
    }

    /// <summary>A duration rounded up to whole seconds; null when it is out of range.</summary>
    public int? StartedSeconds(decimal durationSeconds) =>
        durationSeconds > 0 && durationSeconds <= Table.MaxDurationSeconds ? (int)Math.Ceiling(durationSeconds) : null;
}
