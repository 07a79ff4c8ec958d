namespace ReelBallers.Jobs;

/// <summary>What the worker does to the source. Validated by <see cref="JobValidation"/>, stored with the job as JSON.</summary>
/// <param name="CropKeyframes">The window of the source that is shown; none shows all of it.</param>
/// <param name="OverlayLayers">What is drawn over the result.</param>
/// <param name="UpscaleModel">A name of the catalogue.</param>
/// <param name="TargetResolution">The picture of the result.</param>
/// <param name="Track">The subject that the window follows.</param>
/// <param name="Source">What was measured of the source; null in jobs of older versions.</param>
/// <param name="TargetFps">The frames a second of the result, with a model that adds frames; null leaves them to the worker.</param>
internal sealed record Work(
    IReadOnlyList<CropKeyframe> CropKeyframes,
    IReadOnlyList<OverlayLayer> OverlayLayers,
    string? UpscaleModel,
    string TargetResolution,
    TrackBox? Track = null,
    SourceVideo? Source = null,
    double? TargetFps = null);

/// <summary>The subject to follow: a box around it, in pixels of the source, at a time in seconds.</summary>
internal sealed record TrackBox(double Time, double X, double Y, double Width, double Height);

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
