using System.Globalization;
using System.Text.RegularExpressions;

namespace ReelBallers.Jobs;

/// <summary>The ranges of keyframes and layers, as the worker has them.</summary>
internal static partial class WorkShapes
{
    private const int MostKeyframes = 500;
    private const int MostLayers = 20;
    private const int LongestText = 500;
    private const double LongestSide = 16_384;
    private const double ShortestCrop = 16;
    private const double LatestSecond = 86_400;

    private static readonly string[] ColorNames =
        ["white", "black", "gray", "red", "lime", "green", "blue", "yellow", "orange", "purple", "cyan", "magenta"];

    public static void Check(IReadOnlyList<CropKeyframe> keyframes, Action<string, string> refuse)
    {
        if (keyframes.Count > MostKeyframes)
        {
            refuse("crop_keyframes", $"must be at most {MostKeyframes}");
            return;
        }
        for (var index = 0; index < keyframes.Count; index++)
        {
            var at = $"crop_keyframes[{index}]";
            if (keyframes[index] is not { } keyframe)
            {
                refuse(at, "must be an object");
                continue;
            }
            Range(keyframe.Time, 0, LatestSecond, $"{at}.time", refuse);
            Range(keyframe.X, 0, LongestSide, $"{at}.x", refuse);
            Range(keyframe.Y, 0, LongestSide, $"{at}.y", refuse);
            Range(keyframe.Width, ShortestCrop, LongestSide, $"{at}.width", refuse);
            Range(keyframe.Height, ShortestCrop, LongestSide, $"{at}.height", refuse);
            if (index > 0 && keyframes[index - 1] is { } before && !(keyframe.Time > before.Time))
            {
                refuse($"{at}.time", "must be later than the keyframe's before it");
            }
        }
    }

    public static void Check(IReadOnlyList<OverlayLayer> layers, Action<string, string> refuse)
    {
        if (layers.Count > MostLayers)
        {
            refuse("overlay_layers", $"must be at most {MostLayers}");
            return;
        }
        for (var index = 0; index < layers.Count; index++)
        {
            var at = $"overlay_layers[{index}]";
            if (layers[index] is { } layer)
            {
                Check(layer, at, refuse);
            }
            else
            {
                refuse(at, "must be an object");
            }
        }
    }

    private static void Check(OverlayLayer layer, string at, Action<string, string> refuse)
    {
        Range(layer.X, 0, LongestSide, $"{at}.x", refuse);
        Range(layer.Y, 0, LongestSide, $"{at}.y", refuse);
        Range(layer.Width ?? 1, 1, LongestSide, $"{at}.width", refuse);
        Range(layer.Height ?? 1, 1, LongestSide, $"{at}.height", refuse);
        Range(layer.Opacity ?? 1, 0, 1, $"{at}.opacity", refuse);
        Range(layer.FontSize ?? 48, 4, 512, $"{at}.font_size", refuse);
        Range(layer.StartS ?? 0, 0, LatestSecond, $"{at}.start_s", refuse);
        Range(layer.EndS ?? 0, 0, LatestSecond, $"{at}.end_s", refuse);
        if (layer.EndS is { } end && !(end > (layer.StartS ?? 0)))
        {
            refuse($"{at}.end_s", "must be later than start_s");
        }
        if (layer.Color is { } color && !ColorNames.Contains(color, StringComparer.OrdinalIgnoreCase) && !HexColor().IsMatch(color))
        {
            refuse($"{at}.color", $"must be #RRGGBB or one of {string.Join(", ", ColorNames)}");
        }
        if (layer.Type is not ("box" or "text"))
        {
            refuse($"{at}.type", "must be box or text");
        }
        else if (layer.Type == "box" && (layer.Width is null || layer.Height is null))
        {
            refuse($"{at}.width", "a box needs a width and a height");
        }
        else if (layer.Type == "text" && (layer.Text is not { Length: > 0 and <= LongestText } text || text.Contains('\0', StringComparison.Ordinal)))
        {
            refuse($"{at}.text", $"must be 1 to {LongestText} characters");
        }
        else if (layer.Type == "box" && layer.Text is not null)
        {
            refuse($"{at}.text", "a box has no text");
        }
    }

    private static void Range(double value, double least, double most, string field, Action<string, string> refuse)
    {
        // Written so that no NaN passes.
        if (!(value >= least && value <= most))
        {
            refuse(field, string.Create(CultureInfo.InvariantCulture, $"must be {least} to {most}"));
        }
    }

    [GeneratedRegex(@"\A#[0-9A-Fa-f]{6}\z")]
    private static partial Regex HexColor();
}
