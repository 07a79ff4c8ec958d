using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A RunPod endpoint and the jobs that it takes, from <c>RunPod:Endpoints:{n}</c>.</summary>
internal sealed class EndpointOptions
{
    private static readonly string[] AllTypes = [.. Enum.GetValues<JobType>().Select(JobTypes.ToWire)];

    /// <summary>The id of the serverless endpoint.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its share of the jobs that several endpoints take.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The job types that it takes; without any, all.</summary>
    public string[] Types { get; init; } = [];

    /// <summary>The models that it has; without any, it takes jobs with and without a model.</summary>
    public string[] Models { get; init; } = [];

    /// <summary>
    /// What a second on its GPU costs, in millionths of a dollar; without it, <see cref="RunPodOptions.MicrodollarsPerSecond"/>.
    /// </summary>
    public long? MicrodollarsPerSecond { get; init; }

    /// <summary>Whether it takes jobs of this type with this model (null: without one).</summary>
    public bool Takes(JobType type, string? model) =>
        (Types.Length == 0 || Types.Contains(type.ToWire()))
        && (Models.Length == 0 || (model is not null && Models.Contains(model, StringComparer.OrdinalIgnoreCase)));

    public void Validate(string prefix, OptionsErrors errors)
    {
        ValidateId($"{prefix}:{nameof(Id)}", Id, errors);
        errors.Range($"{prefix}:{nameof(Weight)}", Weight, 1, 1000);
        errors.Range($"{prefix}:{nameof(MicrodollarsPerSecond)}", MicrodollarsPerSecond ?? 0, 0, 1_000_000_000);
        foreach (var unknown in Types.Except(AllTypes))
        {
            errors.Add(
                $"{prefix}:{nameof(Types)}", $"has '{unknown}', which is not a job type. The types are {string.Join(", ", AllTypes)}.");
        }
        foreach (var name in Models.Where(name => !UpscaleModel.IsName(name)))
        {
            errors.Add($"{prefix}:{nameof(Models)}", $"has '{name}', which is not the name of a model.");
        }
    }

    public static void ValidateId(string name, string id, OptionsErrors errors)
    {
        if (errors.Required(name, id, "the id of the serverless endpoint") && !id.All(IsIdCharacter))
        {
            errors.Add(name, $"is '{id}'. Set it to the id of the serverless endpoint: letters, digits, '-' and '_'.");
        }
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
