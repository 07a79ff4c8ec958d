using System.Text.Json.Serialization;

namespace ReelBallers.Jobs;

/// <summary>The body of RunPod's <c>/run</c>.</summary>
internal sealed record RunPodRequest(RunPodInput Input, string Webhook, RunPodPolicy Policy);

/// <summary>The worker's input.</summary>
internal sealed record RunPodInput(
    string Type,
    string SourceUrl,
    string SourceEtag,
    string OutputBucket,
    string OutputKey,
    string OutputUrl,
    string ManifestUrl,
    IReadOnlyList<CropKeyframe> CropKeyframes,
    IReadOnlyList<OverlayLayer> OverlayLayers,
    string? UpscaleModel,
    double? TargetFps,
    string TargetResolution,
    TrackBox? Track,
    [property: JsonPropertyName("max_duration_s")] int MaxDurationSeconds);

/// <summary>The limits of one job, in milliseconds.</summary>
internal sealed record RunPodPolicy(
    [property: JsonPropertyName("executionTimeout")] long ExecutionTimeoutMilliseconds,
    [property: JsonPropertyName("ttl")] long LifetimeMilliseconds);
