namespace ReelBallers.Jobs;

/// <summary>
/// Checks a request for a job before anything happens. The shapes are those that the worker takes: what passes here
/// does not fail there for its form.
/// </summary>
/// <param name="pricing">Knows how long a video may be.</param>
/// <param name="options">Knows how long a job may take.</param>
/// <param name="prefix">Stands before the names of the parameters.</param>
/// <param name="defaultResolution">Where none is asked for; null where one must be.</param>
internal sealed class JobValidation(Pricing pricing, JobsOptions options, string prefix, string? defaultResolution)
{
    private const int LongestProjectId = 100;
    private const int LongestSourceKey = 512;
    private const int LongestModel = 50;

    // The answer to a long list of wrong things stays short.
    private const int MostErrors = 100;

    private static readonly string[] Resolutions = ["720p", "1080p", "1440p", "2160p"];

    private readonly List<(string Field, string Message)> _errors = [];

    /// <summary>Empty when the request is fine.</summary>
    public (string Field, string Message)[] Errors => [.. _errors.Take(MostErrors)];

    /// <summary>The type of that name; null, with an error, when there is none.</summary>
    public JobType? CheckType(string? type)
    {
        if (type is not null && JobTypes.TryParse(type) is { } known)
        {
            return known;
        }
        _errors.Add(("type", $"must be one of {string.Join(", ", Enum.GetValues<JobType>().Select(JobTypes.ToWire))}"));
        return null;
    }

    /// <param name="type">Null when it is wrong, which is among the errors already.</param>
    /// <param name="projectId">Of the caller's own making.</param>
    /// <param name="parameters">What is asked for.</param>
    /// <param name="expectedCostCents">What the caller expects to pay.</param>
    /// <returns>The order; null when there are <see cref="Errors"/>.</returns>
    public JobSpecification? Check(JobType? type, string? projectId, JobParameters? parameters, long? expectedCostCents)
    {
        if (projectId is null || projectId.Trim().Length is 0 || projectId.Length > LongestProjectId || projectId.Any(char.IsControl))
        {
            _errors.Add(("project_id", $"must be 1 to {LongestProjectId} characters, none of them a control character"));
        }
        if (expectedCostCents is <= 0)
        {
            _errors.Add(("cost_cents", "must be above 0"));
        }
        if (parameters is null)
        {
            _errors.Add(("params", "must be an object with source_key and duration_s"));
            return null;
        }
        if (parameters.SourceKey is not { Length: > 0 and <= LongestSourceKey } sourceKey
            || sourceKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            Reject("source_key", "must be the key of a completed upload");
        }
        var seconds = CheckDuration(parameters.DurationS);
        var keyframes = WorkValidation.Check(parameters.CropKeyframes ?? [], Reject);
        var layers = WorkValidation.Check(parameters.OverlayLayers ?? [], Reject);
        if (type is { } known)
        {
            CheckWhatTheTypeCovers(known, parameters);
        }
        var resolution = parameters.TargetResolution ?? defaultResolution;
        if (!Resolutions.Contains(resolution))
        {
            Reject("target_resolution", $"must be one of {string.Join(", ", Resolutions)}");
        }
        return _errors.Count == 0
            ? new JobSpecification(
                type!.Value, projectId!, parameters.SourceKey!, seconds,
                new Work(keyframes, layers, parameters.UpscaleModel, resolution!), expectedCostCents)
            : null;
    }

    private int CheckDuration(decimal? duration)
    {
        if (duration is null || pricing.StartedSeconds(duration.Value) is not { } seconds)
        {
            Reject("duration_s", $"must be above 0 and at most {pricing.Table.MaxDurationSeconds}");
            return 0;
        }
        if (!options.Fits(seconds))
        {
            Reject("duration_s", "is too long to be processed");
        }
        return seconds;
    }

    /// <summary>The type sets the price: what it does not cover is not done under its name.</summary>
    private void CheckWhatTheTypeCovers(JobType type, JobParameters parameters)
    {
        var hasLayers = parameters.OverlayLayers is { Count: > 0 };
        if (type == JobType.Overlay && !hasLayers)
        {
            Reject("overlay_layers", "must have at least one layer in an overlay job");
        }
        if (hasLayers && type is not (JobType.Overlay or JobType.Upscale))
        {
            Reject("overlay_layers", $"are not part of a {type.ToWire()} job: order an overlay job");
        }
        if (parameters.UpscaleModel is not { } model)
        {
            return;
        }
        if (type != JobType.Upscale)
        {
            Reject("upscale_model", $"is not part of a {type.ToWire()} job: order an upscale job");
        }
        if (model.Length is 0 or > LongestModel || !model.All(IsModelLetter))
        {
            Reject("upscale_model", $"must be 1 to {LongestModel} of a-z, 0-9, '-', '_' and '.'");
        }
    }

    private static bool IsModelLetter(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.';

    private void Reject(string field, string message) => _errors.Add((prefix + field, message));
}
