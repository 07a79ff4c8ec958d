namespace ReelBallers.Jobs;

/// <summary>What the worker does to the source. Validated by <see cref="JobValidation"/>, stored with the job as JSON.</summary>
internal sealed record Work(
    IReadOnlyList<CropKeyframe> CropKeyframes,
    IReadOnlyList<OverlayLayer> OverlayLayers,
    string? UpscaleModel,
    string TargetResolution);

/// <summary>The visible rectangle of the source, in pixels, at a time in seconds.</summary>
internal sealed record CropKeyframe(double Time, double X, double Y, double Width, double Height);

/// <summary>A box or a text drawn over the output: position in pixels, times in seconds, opacity 0 to 1.</summary>
internal sealed record OverlayLayer(
    string Type,
    double X,
    double Y,
    double? Width = null,
    double? Height = null,
    string? Color = null,
    double? Opacity = null,
    string? Text = null,
    double? FontSize = null,
    double? StartS = null,
    double? EndS = null);
