using System.Text.Json.Serialization;

namespace ReelBallers.Jobs;

// Unknown members are ignored. Every member is optional here, so that a missing one is reported by its field name.

/// <summary>The body of <c>POST /api/jobs</c>.</summary>
internal sealed record CreateJobRequest(
    string? ProjectId = null, string? Type = null, JobParameters? Params = null, long? CostCents = null);

/// <summary>The body of <c>POST /api/jobs/quote</c>.</summary>
internal sealed record QuoteRequest(string? Type = null, JobParameters? Params = null);

/// <summary>The body of <c>POST /api/export</c>; the type follows from the other fields.</summary>
internal sealed record ExportRequest(
    string? SourceKey = null,
    decimal? DurationS = null,
    IReadOnlyList<CropKeyframeBody?>? CropKeyframes = null,
    IReadOnlyList<OverlayLayerBody?>? OverlayLayers = null,
    string? UpscaleModel = null,
    string? TargetResolution = null,
    string? ProjectId = null,
    long? CostCents = null,
    TrackBody? Track = null,
    double? TargetFps = null)
{
    [JsonIgnore]
    public JobType Type =>
        Track is not null ? JobType.Track
        : UpscaleModel is not null ? JobType.Upscale
        : OverlayLayers is { Count: > 0 } ? JobType.Overlay
        : JobType.Framing;

    [JsonIgnore]
    public JobParameters Params =>
        new(SourceKey, DurationS, CropKeyframes, OverlayLayers, UpscaleModel, TargetResolution, Track, TargetFps);
}

/// <summary>The source and the work to do.</summary>
internal sealed record JobParameters(
    string? SourceKey = null,
    decimal? DurationS = null,
    IReadOnlyList<CropKeyframeBody?>? CropKeyframes = null,
    IReadOnlyList<OverlayLayerBody?>? OverlayLayers = null,
    string? UpscaleModel = null,
    string? TargetResolution = null,
    TrackBody? Track = null,
    double? TargetFps = null);

/// <summary>A <see cref="TrackBox"/> before validation.</summary>
internal sealed record TrackBody(
    double? Time = null, double? X = null, double? Y = null, double? Width = null, double? Height = null);

/// <summary>A <see cref="CropKeyframe"/> before validation.</summary>
internal sealed record CropKeyframeBody(
    double? Time = null, double? X = null, double? Y = null, double? Width = null, double? Height = null);

/// <summary>An <see cref="OverlayLayer"/> before validation.</summary>
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
