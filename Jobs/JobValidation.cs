namespace ReelBallers.Jobs;

/// <summary>
/// Checks a wish for a job before anything happens. The shapes are those that the worker takes: what passes here
/// does not fail there for its form.
/// </summary>
internal sealed class JobValidation(Pricing pricing, JobsOptions options, string prefix)
{
    private const int LongestProjectId = 100;
    private const int LongestSourceKey = 512;
    private const int LongestModel = 50;
    private const string DefaultResolution = "1080p";
    private static readonly string[] Resolutions = ["720p", "1080p", "1440p", "2160p"];

    private readonly List<(string Field, string Message)> _errors = [];

    /// <summary>Empty when the wish is fine.</summary>
    public (string Field, string Message)[] Errors => [.. _errors];

    /// <returns>The order; null when there are <see cref="Errors"/>.</returns>
    public JobOrder? Check(JobType type, string projectId, JobParameters parameters, long? expectedCostCents)
    {
        if (projectId.Trim().Length is 0 || projectId.Length > LongestProjectId || projectId.Any(char.IsControl))
        {
            _errors.Add(("project_id", $"must be 1 to {LongestProjectId} characters, none of them a control character"));
        }
        if (parameters.SourceKey.Length is 0 or > LongestSourceKey || parameters.SourceKey.Any(letter => letter is < '!' or > '~'))
        {
            Refuse("source_key", "must be the key of a completed upload");
        }
        if (expectedCostCents is <= 0)
        {
            _errors.Add(("cost_cents", "must be above 0"));
        }
        var seconds = CheckDuration(parameters.DurationS);
        WorkShapes.Check(parameters.CropKeyframes ?? [], Refuse);
        WorkShapes.Check(parameters.OverlayLayers ?? [], Refuse);
        CheckType(type, parameters);
        var resolution = parameters.TargetResolution ?? DefaultResolution;
        if (!Resolutions.Contains(resolution))
        {
            Refuse("target_resolution", $"must be one of {string.Join(", ", Resolutions)}");
        }
        var work = new Work(parameters.CropKeyframes ?? [], parameters.OverlayLayers ?? [], parameters.UpscaleModel, resolution);
        return _errors.Count == 0 ? new JobOrder(type, projectId, parameters.SourceKey, seconds, work, expectedCostCents) : null;
    }

    private int CheckDuration(decimal duration)
    {
        if (pricing.StartedSeconds(duration) is not { } seconds)
        {
            Refuse("duration_s", $"must be above 0 and at most {pricing.Table.MaxDurationSeconds}");
            return 0;
        }
        if (!options.Fits(seconds))
        {
            Refuse("duration_s", "is too long to be processed");
        }
        return seconds;
    }

    /// <summary>The type sets the price: what it does not cover is not done under its name.</summary>
    private void CheckType(JobType type, JobParameters parameters)
    {
        var hasLayers = parameters.OverlayLayers is { Count: > 0 };
        if (type == JobType.Overlay && !hasLayers)
        {
            Refuse("overlay_layers", "must have at least one layer in an overlay job");
        }
        if (hasLayers && type is not (JobType.Overlay or JobType.Upscale))
        {
            Refuse("overlay_layers", $"are not part of a {type.ToWire()} job: order an overlay job");
        }
        if (parameters.UpscaleModel is not { } model)
        {
            return;
        }
        if (type != JobType.Upscale)
        {
            Refuse("upscale_model", $"is not part of a {type.ToWire()} job: order an upscale job");
        }
        if (model.Length is 0 or > LongestModel || model.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter is not ('-' or '_' or '.')))
        {
            Refuse("upscale_model", $"must be 1 to {LongestModel} of a-z, 0-9, '-', '_' and '.'");
        }
    }

    private void Refuse(string field, string message) => _errors.Add((prefix + field, message));
}
