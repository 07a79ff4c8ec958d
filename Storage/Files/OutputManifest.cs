using System.Text.Json;

namespace ReelBallers.Storage;

/// <summary>What a worker has written about an output, as far as it is used here.</summary>
internal sealed record OutputManifest(
    string? OutputKey = null, long? SizeBytes = null, string? ContentType = null, double? DurationS = null,
    IReadOnlyList<ManifestKeyframe?>? CropKeyframes = null, IReadOnlyList<ManifestLoss?>? TrackLost = null)
{
    /// <summary>The longest manifest that is read.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxItems = 500;
    private const double MaxSeconds = 86_400;
    private const double MaxPixels = 16_384;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <returns>Null when it is not one.</returns>
    public static OutputManifest? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return text.Length <= MaxBytes && JsonSerializer.Deserialize<OutputManifest>(text, Json) is { } manifest && manifest.IsSound
                ? manifest
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsSound => DurationS is >= 0 and <= MaxSeconds
        && (CropKeyframes ?? []) is { Count: <= MaxItems } keyframes && keyframes.All(keyframe => keyframe is
        {
            Time: >= 0 and <= MaxSeconds, X: >= 0 and <= MaxPixels, Y: >= 0 and <= MaxPixels,
            Width: > 0 and <= MaxPixels, Height: > 0 and <= MaxPixels,
        })
        && (TrackLost ?? []) is { Count: <= MaxItems } losses
        && losses.All(loss => loss is { FromS: >= 0 and <= MaxSeconds, ToS: >= 0 and <= MaxSeconds });
}

/// <summary>The window that was shown at a time.</summary>
internal sealed record ManifestKeyframe(double Time, double X, double Y, double Width, double Height);

/// <summary>A time in which the subject was not seen.</summary>
internal sealed record ManifestLoss(double FromS, double ToS);
