using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The price table, from the section <c>Pricing</c>.</summary>
internal sealed class PricingOptions : IValidatedOptions
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

    /// <summary>The catalogue of models, by name; a name that a request gives is compared without regard to case.</summary>
    public Dictionary<string, UpscaleModel> Models { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HAT-L"] = new() { Factor = 4, BaseCents = 30 },
        ["SwinIR-L"] = new() { Factor = 4, BaseCents = 30 },
        ["Real-ESRGAN"] = new() { Factor = 4, BaseCents = 30 },
        ["RIFE"] = new() { Factor = 1, BaseCents = 30 },
    };

    public int UnitSeconds { get; init; } = 30;

    public long MinimumCents { get; init; } = 1;

    /// <summary>The longest video that is accepted.</summary>
    public int MaxDurationSeconds { get; init; } = 7200;

    public void Validate(OptionsErrors errors)
    {
        var types = Enum.GetValues<JobType>().Select(JobTypes.ToWire).ToArray();
        foreach (var type in types)
        {
            errors.Range($"{nameof(BaseCents)}:{type}", BaseCents.GetValueOrDefault(type), 1, MaxBaseCents);
        }
        foreach (var unknown in BaseCents.Keys.Except(types))
        {
            errors.Add($"{nameof(BaseCents)}:{unknown}", $"is not the price of a job type. The types are {string.Join(", ", types)}.");
        }
        foreach (var (name, model) in Models)
        {
            model.Validate($"{nameof(Models)}:{name}", name, MaxBaseCents, errors);
        }
        errors.Range(nameof(UnitSeconds), UnitSeconds, 1, MaxSeconds);
        errors.Range(nameof(MinimumCents), MinimumCents, 1, MaxBaseCents);
        errors.Range(nameof(MaxDurationSeconds), MaxDurationSeconds, 1, MaxSeconds);
    }
}
