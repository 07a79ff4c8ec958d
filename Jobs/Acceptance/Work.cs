namespace ReelBallers.Jobs;

/// <summary>What the worker shall do to the source. Checked by <see cref="JobValidation"/>, kept with the job as JSON.</summary>
internal sealed record Work(
    IReadOnlyList<CropKeyframe> CropKeyframes,
    IReadOnlyList<OverlayLayer> OverlayLayers,
    string? UpscaleModel,
    string TargetResolution);

/// <summary>The rectangle of the source that is shown from a time (seconds) on, in pixels.</summary>
internal sealed record CropKeyframe(double Time, double X, double Y, double Width, double Height);

/// <summary>A box or a text over the finished picture: pixels of the output, seconds, opacity 0 to 1.</summary>
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
