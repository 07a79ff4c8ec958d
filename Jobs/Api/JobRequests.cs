namespace ReelBallers.Jobs;

// Members that are not named here are ignored; each may be missing, so that what is missing is said by its field.

/// <summary>The body of <c>POST /api/jobs</c>.</summary>
internal sealed record CreateJobRequest(
    string? ProjectId = null, string? Type = null, JobParameters? Params = null, long? CostCents = null);

/// <summary>The body of <c>POST /api/jobs/quote</c>.</summary>
internal sealed record QuoteRequest(string? Type = null, JobParameters? Params = null);

/// <summary>The body of <c>POST /api/export</c>: the type follows from what is asked.</summary>
internal sealed record ExportRequest(
    string? SourceKey = null,
    decimal? DurationS = null,
    IReadOnlyList<CropKeyframeBody?>? CropKeyframes = null,
    IReadOnlyList<OverlayLayerBody?>? OverlayLayers = null,
    string? UpscaleModel = null,
    string? TargetResolution = null,
    string? ProjectId = null,
    long? CostCents = null)
{
    public JobType Type =>
        UpscaleModel is not null ? JobType.Upscale
        : OverlayLayers is { Count: > 0 } ? JobType.Overlay
        : JobType.Framing;

    public JobParameters Params => new(SourceKey, DurationS, CropKeyframes, OverlayLayers, UpscaleModel, TargetResolution);
}

/// <summary>What is to be done to which video.</summary>
internal sealed record JobParameters(
    string? SourceKey = null,
    decimal? DurationS = null,
    IReadOnlyList<CropKeyframeBody?>? CropKeyframes = null,
    IReadOnlyList<OverlayLayerBody?>? OverlayLayers = null,
    string? UpscaleModel = null,
    string? TargetResolution = null);

/// <summary>A <see cref="CropKeyframe"/> as it is asked for.</summary>
internal sealed record CropKeyframeBody(
    double? Time = null, double? X = null, double? Y = null, double? Width = null, double? Height = null);

/// <summary>An <see cref="OverlayLayer"/> as it is asked for.</summary>
internal sealed record OverlayLayerBody(
    string? Type = null,
    double? X = null,
    double? Y = null,
    double? Width = null,
    double? Height = null,
    string? Color = null,
    double? Opacity = null,
    string? Text = null,
    double? FontSize = null,
    double? StartS = null,
    double? EndS = null);
