using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.Worker;

/// <summary>
/// What a job delivered: its <c>output</c>, and the file at <c>manifest_url</c>, by which the result is known even if RunPod loses it.
/// </summary>
public sealed record Manifest
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The object that was written.</summary>
    public required string OutputKey { get; init; }

    /// <summary>Its size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Its hash, in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>How long it lasts.</summary>
    public required double DurationS { get; init; }

    /// <summary>The width of its picture in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height of its picture in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Its frames a second, on average.</summary>
    public required double FrameRate { get; init; }

    /// <summary>Whether it has sound.</summary>
    public required bool HasAudio { get; init; }

    /// <summary>The model that the job asked for.</summary>
    public string? UpscaleModel { get; init; }

    /// <summary>What enlarged the picture: the model, or <c>lanczos</c> where the worker has no models and stands in for them.</summary>
    public string? UpscaledBy { get; init; }

    /// <summary>What made frames between the source's: the model, or <c>blend</c> where the worker stands in for it.</summary>
    public string? InterpolatedBy { get; init; }

    /// <summary>The path of the window that followed the subject, as it may be given as <c>crop_keyframes</c> to correct it.</summary>
    public IReadOnlyList<CropKeyframe>? CropKeyframes { get; init; }

    /// <summary>When the subject was not seen and the window stayed where it was.</summary>
    public IReadOnlyList<LostSubject>? TrackLost { get; init; }

    /// <summary>From the beginning of the work to its end, in seconds, without the transfers.</summary>
    public required double ProcessingS { get; init; }

    /// <summary>As JSON, in snake case.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Json);
}
