using System.Globalization;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The price table, from the section <c>Pricing</c>.</summary>
internal sealed class PricingOptions : IValidatedOptions
{
    private const long MaxBaseCents = 1_000_000_000;
    private const long MaxPercent = 1000;
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

    /// <summary>What the price is multiplied with, in percent, by the resolution of the result.</summary>
    public Dictionary<string, long> ResolutionPercent { get; } = OutputFrame.Names.ToDictionary(name => name, _ => 100L);

    /// <summary>
    /// The same by the lines of the source's picture (its shorter side): each counts up to its own lines, the last also beyond.
    /// </summary>
    public Dictionary<string, long> SourceResolutionPercent { get; } = new() { ["2160p"] = 100, ["4320p"] = 200 };

    /// <summary>
    /// The same by the frames a second of the source, or of the result where more are asked for: each counts up to its own number, the last
    /// also beyond.
    /// </summary>
    public Dictionary<string, long> FrameRatePercent { get; } = new() { ["60"] = 100, ["120"] = 150, ["240"] = 200 };

    public int UnitSeconds { get; init; } = 30;

    public long MinimumCents { get; init; } = 1;

    /// <summary>The longest video that is accepted.</summary>
    public int MaxDurationSeconds { get; init; } = 7200;

    private static void CheckPercent(
        OptionsErrors errors, string name, Dictionary<string, long> percent, Func<string, bool> isKey, string keys)
    {
        foreach (var (key, value) in percent)
        {
            if (!isKey(key))
            {
                errors.Add($"{name}:{key}", $"is not a key. Use {keys}.");
            }
            errors.Range($"{name}:{key}", value, 1, MaxPercent);
        }
    }

    private static bool IsNumber(string text, string ending) => text.EndsWith(ending, StringComparison.Ordinal)
        && int.TryParse(text[..^ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;

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
        CheckPercent(
            errors, nameof(ResolutionPercent), ResolutionPercent, OutputFrame.Names.Contains, string.Join(", ", OutputFrame.Names));
        CheckPercent(
            errors, nameof(SourceResolutionPercent), SourceResolutionPercent, key => IsNumber(key, "p"), "a number of lines, as 1080p");
        CheckPercent(errors, nameof(FrameRatePercent), FrameRatePercent, key => IsNumber(key, ""), "a number of frames a second, as 60");
        errors.Range(nameof(UnitSeconds), UnitSeconds, 1, MaxSeconds);
        errors.Range(nameof(MinimumCents), MinimumCents, 1, MaxBaseCents);
        errors.Range(nameof(MaxDurationSeconds), MaxDurationSeconds, 1, MaxSeconds);
    }
}
