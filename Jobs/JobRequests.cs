namespace ReelBallers.Jobs;

/// <summary>The body of <c>POST /api/jobs</c>. Members that are not named here are ignored.</summary>
internal sealed record CreateJobRequest(string ProjectId, JobType Type, JobParameters Params, long? CostCents = null);

/// <summary>The body of <c>POST /api/jobs/quote</c>.</summary>
internal sealed record QuoteRequest(JobType Type, JobParameters Params);

/// <summary>The body of <c>POST /api/export</c>: the type follows from what is asked.</summary>
internal sealed record ExportRequest(
    string SourceKey,
    decimal DurationS,
    IReadOnlyList<CropKeyframe>? CropKeyframes = null,
    IReadOnlyList<OverlayLayer>? OverlayLayers = null,
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
    string SourceKey,
    decimal DurationS,
    IReadOnlyList<CropKeyframe>? CropKeyframes = null,
    IReadOnlyList<OverlayLayer>? OverlayLayers = null,
    string? UpscaleModel = null,
    string? TargetResolution = null);
