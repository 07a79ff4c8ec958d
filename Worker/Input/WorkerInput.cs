using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.Worker;

/// <summary>A job's input; docs/worker.md describes the fields and their ranges.</summary>
internal sealed partial record WorkerInput(
    Uri SourceUrl,
    string? SourceEtag,
    Uri OutputUrl,
    string OutputKey,
    Uri? ManifestUrl,
    TrackStart? Track,
    IReadOnlyList<CropKeyframe> CropKeyframes,
    IReadOnlyList<OverlayLayer> OverlayLayers,
    string? UpscaleModel,
    double? TargetFps,
    FrameSize TargetSize,
    double MaxDurationSeconds)
{
    private const int LongestUrl = 8192;
    private const double LowestRate = 10;
    private const double HighestRate = 120;

    private static readonly string[] Types = ["framing", "overlay", "upscale", "track"];

    /// <exception cref="JobFailedException">A field is missing or out of range; the message names it.</exception>
    public static WorkerInput Read(JsonElement input)
    {
        var fields = new InputFields(input, "input");
        var target = TargetResolution.Read(fields);
        fields.Text("output_bucket", 255);
        fields.OptionalChoice("type", Types);
        var track = TrackStart.Read(fields);
        var keyframes = CropKeyframe.ReadAll(fields);
        if (track is not null && keyframes.Count > 0)
        {
            throw new JobFailedException("input.track and input.crop_keyframes cannot both be given");
        }

        return new WorkerInput(
            HttpUrl("source_url", fields.Text("source_url", LongestUrl)),
            fields.OptionalText("source_etag", 255),
            HttpUrl("output_url", fields.Text("output_url", LongestUrl)),
            fields.Text("output_key", 1024),
            fields.OptionalText("manifest_url", LongestUrl) is { } manifest ? HttpUrl("manifest_url", manifest) : null,
            track,
            keyframes,
            OverlayLayer.ReadAll(fields, target),
            UpscaleModelOf(fields),
            TargetFpsOf(fields),
            target,
            fields.Number("max_duration_s", 0.001, 86_400));
    }

    private static Uri HttpUrl(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new JobFailedException($"input.{name} must be an absolute http or https URL");

    private static string? UpscaleModelOf(InputFields fields)
    {
        var model = fields.OptionalText("upscale_model", 64);
        return model is null || ModelName().IsMatch(model)
            ? model
            : throw new JobFailedException("input.upscale_model must be letters, digits, '.', '_' and '-'");
    }

    private static double? TargetFpsOf(InputFields fields)
    {
        var rate = fields.OptionalNumber("target_fps", LowestRate, HighestRate);
        return rate is null || fields.OptionalText("upscale_model", 64) is not null
            ? rate
            : throw new JobFailedException("input.target_fps needs an upscale_model that adds frames");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex ModelName();
}
