using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>The price table, from the section <c>Pricing</c>.</summary>
internal sealed class PricingOptions : IValidOptions
{
    private const long MaxBaseCents = 1_000_000_000;
    private const int MaxSeconds = 24 * 3600;

    /// <summary>The price of <see cref="UnitSeconds"/> of video, by type of job.</summary>
    public Dictionary<string, long> BaseCents { get; } = new()
    {
        ["framing"] = 5,
        ["overlay"] = 8,
        ["upscale"] = 30,
        ["track"] = 10,
    };

    public int UnitSeconds { get; init; } = 30;

    public long MinimumCents { get; init; } = 1;

    /// <summary>The longest video that is accepted.</summary>
    public int MaxDurationSeconds { get; init; } = 7200;

    public void Validate()
    {
        foreach (var type in Enum.GetValues<JobType>())
        {
            if (BaseCents.GetValueOrDefault(type.ToWire()) is < 1 or > MaxBaseCents)
            {
                throw new InvalidOperationException($"Pricing:BaseCents:{type.ToWire()} must be 1 to {MaxBaseCents}.");
            }
        }
        if (BaseCents.Keys.Except(Enum.GetValues<JobType>().Select(JobTypes.ToWire)).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException($"Pricing:BaseCents:{unknown} is not a job type.");
        }
        if (UnitSeconds is < 1 or > MaxSeconds)
        {
            throw new InvalidOperationException($"Pricing:UnitSeconds must be 1 to {MaxSeconds}.");
        }
        if (MinimumCents is < 1 or > MaxBaseCents)
        {
            throw new InvalidOperationException($"Pricing:MinimumCents must be 1 to {MaxBaseCents}.");
        }
        if (MaxDurationSeconds is < 1 or > MaxSeconds)
        {
            throw new InvalidOperationException($"Pricing:MaxDurationSeconds must be 1 to {MaxSeconds}.");
        }
    }
}

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
