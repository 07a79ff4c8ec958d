namespace ReelBallers.Jobs;

/// <summary>
/// Validates a request for a job before anything is written. The ranges match the worker's: a request that passes here
/// is not rejected there as malformed.
/// </summary>
/// <param name="pricing">Limits the length of a video.</param>
/// <param name="options">Limits the duration of a job.</param>
/// <param name="prefix">Prepended to the names of the parameters in errors.</param>
/// <param name="defaultResolution">Used when the request has none; null when it is required.</param>
/// <param name="isQuote">Only the price is asked for: it does not depend on where the subject is.</param>
internal sealed class JobValidation(
    Pricing pricing, JobsOptions options, string prefix, string? defaultResolution, bool isQuote = false)
{
    private const int MaxProjectIdLength = 100;
    private const int MaxSourceKeyLength = 512;
    private const double MinFrameRate = 10;
    private const double MaxFrameRate = 120;

    // Bounds the size of the error response.
    private const int MaxErrors = 100;

    private readonly List<(string Field, string Message)> _errors = [];

    /// <summary>Empty when the request is valid.</summary>
    public (string Field, string Message)[] Errors => [.. _errors.Take(MaxErrors)];

    /// <summary>The type with this name; null, with an error added, when there is none.</summary>
    public JobType? CheckType(string? type)
    {
        if (type is not null && JobTypes.TryParse(type) is { } known)
        {
            return known;
        }
        _errors.Add(("type", $"must be one of {string.Join(", ", Enum.GetValues<JobType>().Select(JobTypes.ToWire))}"));
        return null;
    }

    /// <param name="type">Null when it is invalid and already reported.</param>
    /// <param name="projectId">Chosen by the caller.</param>
    /// <param name="parameters">The requested work.</param>
    /// <param name="expectedCostCents">The price that the caller expects.</param>
    /// <returns>The specification; null when there are <see cref="Errors"/>.</returns>
    public JobSpecification? Check(JobType? type, string? projectId, JobParameters? parameters, long? expectedCostCents)
    {
        if (projectId is null || projectId.Trim().Length is 0 || projectId.Length > MaxProjectIdLength || projectId.Any(char.IsControl))
        {
            _errors.Add(("project_id", $"must be 1 to {MaxProjectIdLength} characters, without control characters"));
        }
        if (expectedCostCents is <= 0)
        {
            _errors.Add(("cost_cents", "must be above 0"));
        }
        if (parameters is null)
        {
            _errors.Add(("params", "must be an object with source_key"));
            return null;
        }
        if (parameters.SourceKey is not { Length: > 0 and <= MaxSourceKeyLength } sourceKey
            || sourceKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            Reject("source_key", "must be the key of a completed upload");
        }
        CheckDuration(parameters.DurationS);
        var keyframes = WorkValidation.Check(parameters.CropKeyframes ?? [], Reject);
        var track = parameters.Track is { } box ? WorkValidation.Check(box, Reject) : null;
        var layers = WorkValidation.Check(parameters.OverlayLayers ?? [], Reject);
        var model = CheckModel(type, parameters.UpscaleModel);
        CheckFrameRate(model, parameters);
        if (type is { } known)
        {
            CheckCoveredByType(known, parameters);
        }
        var resolution = parameters.TargetResolution ?? defaultResolution;
        if (OutputFrame.TryParse(resolution) is { } frame)
        {
            frame.CheckLayers(layers, Reject);
        }
        else
        {
            Reject("target_resolution", $"must be one of {string.Join(", ", OutputFrame.Names)}");
        }
        return _errors.Count == 0
            ? new JobSpecification(
                type!.Value, projectId!, parameters.SourceKey!, parameters.DurationS,
                new Work(keyframes, layers, model, resolution!, track, TargetFps: parameters.TargetFps),
                expectedCostCents, FieldPrefix: prefix)
            : null;
    }

    /// <summary>It may be left out: the source is measured.</summary>
    private void CheckDuration(decimal? duration)
    {
        if (duration is not { } stated)
        {
            return;
        }
        if (pricing.StartedSeconds(stated) is not { } seconds)
        {
            Reject("duration_s", $"must be above 0 and at most {pricing.Table.MaxDurationSeconds}");
        }
        else if (!options.Fits(seconds))
        {
            Reject("duration_s", "is too long to be processed");
        }
    }

    /// <summary>The type sets the price, so work that it does not cover is rejected.</summary>
    private void CheckCoveredByType(JobType type, JobParameters parameters)
    {
        var hasLayers = parameters.OverlayLayers is { Count: > 0 };
        if (type == JobType.Overlay && !hasLayers)
        {
            Reject("overlay_layers", "must have at least one layer in an overlay job");
        }
        if (hasLayers && type is not (JobType.Overlay or JobType.Upscale))
        {
            Reject("overlay_layers", $"are not part of a {type.ToWire()} job; create an overlay job");
        }
        CheckTrackCovered(type, parameters);
    }

    private void CheckTrackCovered(JobType type, JobParameters parameters)
    {
        if (type != JobType.Track && parameters.Track is not null)
        {
            Reject("track", $"is not part of a {type.ToWire()} job; create a track job");
        }
        if (type == JobType.Track && parameters.CropKeyframes is { Count: > 0 })
        {
            Reject("crop_keyframes", "are not part of a track job, which makes them; create a framing job to correct them");
        }
        if (type == JobType.Track && parameters.Track is null && !isQuote)
        {
            Reject("track", "must be the box around the subject to follow: time, x, y, width and height");
        }
    }

    /// <summary>The model as the catalogue writes it; null without one.</summary>
    private string? CheckModel(JobType? type, string? model)
    {
        if (model is null)
        {
            return null;
        }
        if (pricing.ModelName(model) is not { } known)
        {
            Reject("upscale_model", $"must be one of {string.Join(", ", pricing.Models.Keys)}");
            return null;
        }
        if (type is { } wanted && !pricing.Models[known].SoldWith.Contains(wanted.ToWire()))
        {
            Reject("upscale_model", $"{known} is not part of a {wanted.ToWire()} job; create an {pricing.Models[known].SoldWith[0]} job");
        }
        return known;
    }

    /// <param name="model">Null when it is missing, or invalid and already reported.</param>
    /// <param name="parameters">The requested work.</param>
    private void CheckFrameRate(string? model, JobParameters parameters)
    {
        if (parameters.TargetFps is not { } rate)
        {
            return;
        }
        // NaN must fail too.
        if (!(rate >= MinFrameRate && rate <= MaxFrameRate))
        {
            Reject("target_fps", $"must be {MinFrameRate} to {MaxFrameRate} frames a second");
        }
        if (model is null ? parameters.UpscaleModel is null : !pricing.Models[model].AddsFrames)
        {
            var adding = pricing.Models.Where(one => one.Value.AddsFrames).Select(one => one.Key);
            Reject("target_fps", $"needs an upscale_model that adds frames: {string.Join(", ", adding)}");
        }
    }

    private void Reject(string field, string message) => _errors.Add((prefix + field, message));
}
