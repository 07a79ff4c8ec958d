using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A model that upscales or interpolates, from the section <c>Pricing:Models:{name}</c>.</summary>
internal sealed class UpscaleModel
{
    private static readonly string[] AllTypes = [.. Enum.GetValues<JobType>().Select(JobTypes.ToWire)];

    /// <summary>How many times larger each side becomes; 1 for a model that adds frames.</summary>
    public int Factor { get; init; } = 4;

    /// <summary>The price of a unit of video with it, instead of its job type's.</summary>
    public long BaseCents { get; init; }

    /// <summary>The job types that it is sold with; without any, upscale.</summary>
    public string[] Types { get; init; } = [];

    /// <summary>False takes it out of the catalogue.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>It makes frames between those of the source, whose rate <c>target_fps</c> sets.</summary>
    public bool AddsFrames => Factor == 1;

    public IReadOnlyList<string> SoldWith => Types.Length > 0 ? Types : [JobType.Upscale.ToWire()];

    /// <summary>The names of the catalogue are sent to the worker, which has a file of that name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 50
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    public void Validate(string prefix, string name, long maxBaseCents, OptionsErrors errors)
    {
        if (!IsName(name))
        {
            errors.Add(prefix, "is not a name. Use 1 to 50 of A-Z, a-z, 0-9, '-', '_' and '.'.");
        }
        errors.Range($"{prefix}:{nameof(Factor)}", Factor, 1, 8);
        errors.Range($"{prefix}:{nameof(BaseCents)}", BaseCents, 1, maxBaseCents);
        foreach (var unknown in Types.Except(AllTypes))
        {
            errors.Add(
                $"{prefix}:{nameof(Types)}", $"has '{unknown}', which is not a job type. The types are {string.Join(", ", AllTypes)}.");
        }
    }
}
