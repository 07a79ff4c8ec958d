using System.Globalization;
using System.Text.RegularExpressions;
using ReelBallers.Worker;

namespace ReelBallers.Jobs;

/// <summary>The ranges of keyframes and layers, the same as the worker's.</summary>
internal static partial class WorkValidation
{
    private const int MaxKeyframes = 500;
    private const int MaxLayers = 20;
    private const int MaxTextLength = 500;
    private const double MaxSide = 16_384;
    private const double MinCropSide = 16;
    private const double MinTrackSide = 8;
    private const double MaxSecond = 86_400;

    private static readonly CharacterRanges Drawable = ReadDrawable();

    private static readonly string[] ColorNames =
        ["white", "black", "gray", "red", "lime", "green", "blue", "yellow", "orange", "purple", "cyan", "magenta"];

    /// <returns>The keyframes; incomplete when one was rejected.</returns>
    public static IReadOnlyList<CropKeyframe> Check(IReadOnlyList<CropKeyframeBody?> keyframes, Action<string, string> reject)
    {
        var valid = new List<CropKeyframe>();
        if (keyframes.Count > MaxKeyframes)
        {
            reject("crop_keyframes", $"must be at most {MaxKeyframes}");
            return valid;
        }
        double? before = null;
        for (var index = 0; index < keyframes.Count; index++)
        {
            var at = $"crop_keyframes[{index}]";
            if (keyframes[index] is not { } keyframe)
            {
                reject(at, "must be an object");
                continue;
            }
            valid.Add(new CropKeyframe(
                Range(keyframe.Time, 0, MaxSecond, $"{at}.time", reject),
                Range(keyframe.X, 0, MaxSide, $"{at}.x", reject),
                Range(keyframe.Y, 0, MaxSide, $"{at}.y", reject),
                Range(keyframe.Width, MinCropSide, MaxSide, $"{at}.width", reject),
                Range(keyframe.Height, MinCropSide, MaxSide, $"{at}.height", reject)));
            if (keyframe.Time <= before)
            {
                reject($"{at}.time", "must be later than the time of the previous keyframe");
            }
            before = keyframe.Time;
        }
        return valid;
    }

    public static TrackBox Check(TrackBody track, Action<string, string> reject) => new(
        Range(track.Time, 0, MaxSecond, "track.time", reject),
        Range(track.X, 0, MaxSide, "track.x", reject),
        Range(track.Y, 0, MaxSide, "track.y", reject),
        Range(track.Width, MinTrackSide, MaxSide, "track.width", reject),
        Range(track.Height, MinTrackSide, MaxSide, "track.height", reject));

    /// <returns>The layers; incomplete when one was rejected.</returns>
    public static IReadOnlyList<OverlayLayer> Check(IReadOnlyList<OverlayLayerBody?> layers, Action<string, string> reject)
    {
        var valid = new List<OverlayLayer>();
        if (layers.Count > MaxLayers)
        {
            reject("overlay_layers", $"must be at most {MaxLayers}");
            return valid;
        }
        for (var index = 0; index < layers.Count; index++)
        {
            var at = $"overlay_layers[{index}]";
            if (layers[index] is { } layer)
            {
                valid.Add(Check(layer, at, reject));
            }
            else
            {
                reject(at, "must be an object");
            }
        }
        return valid;
    }

    private static OverlayLayer Check(OverlayLayerBody layer, string at, Action<string, string> reject)
    {
        var (x, y) = (Range(layer.X, 0, MaxSide, $"{at}.x", reject), Range(layer.Y, 0, MaxSide, $"{at}.y", reject));
        Range(layer.Width ?? 1, 1, MaxSide, $"{at}.width", reject);
        Range(layer.Height ?? 1, 1, MaxSide, $"{at}.height", reject);
        Range(layer.Opacity ?? 1, 0, 1, $"{at}.opacity", reject);
        Range(layer.FontSize ?? 48, 4, 512, $"{at}.font_size", reject);
        Range(layer.StartS ?? 0, 0, MaxSecond, $"{at}.start_s", reject);
        Range(layer.EndS ?? 0, 0, MaxSecond, $"{at}.end_s", reject);
        if (layer.EndS is { } end && !(end > (layer.StartS ?? 0)))
        {
            reject($"{at}.end_s", "must be later than start_s");
        }
        if (layer.Color is { } color && !ColorNames.Contains(color, StringComparer.OrdinalIgnoreCase)
            && !HexColor().IsMatch(color))
        {
            reject($"{at}.color", $"must be #RRGGBB or one of {string.Join(", ", ColorNames)}");
        }
        CheckType(layer, at, reject);
        return new OverlayLayer(
            layer.Type ?? "", x, y, layer.Width, layer.Height, layer.Color, layer.Opacity, layer.Text, layer.FontSize,
            layer.StartS, layer.EndS);
    }

    private static void CheckType(OverlayLayerBody layer, string at, Action<string, string> reject)
    {
        switch (layer.Type)
        {
            case "box":
                Require(layer.Width is not null, $"{at}.width", "a box needs a width", reject);
                Require(layer.Height is not null, $"{at}.height", "a box needs a height", reject);
                Require(layer.Text is null, $"{at}.text", "a box has no text", reject);
                break;
            case "text":
                Require(
                    layer.Text is { Length: > 0 and <= MaxTextLength } text && !text.Contains('\0', StringComparison.Ordinal),
                    $"{at}.text", $"must be 1 to {MaxTextLength} characters", reject);
                if (layer.Text is { Length: <= MaxTextLength } drawn && Drawable.NameMissing(drawn) is { } missing)
                {
                    reject($"{at}.text", $"has characters that cannot be drawn: {missing}");
                }
                break;
            default:
                reject($"{at}.type", "must be box or text");
                break;
        }
    }

    /// <summary>The characters that the fonts of every worker cover: the worker's own list.</summary>
    private static CharacterRanges ReadDrawable()
    {
        using var list = new StreamReader(typeof(WorkValidation).Assembly.GetManifestResourceStream("covered-characters.txt")!);
        return CharacterRanges.Parse(list.ReadToEnd());
    }

    private static void Require(bool holds, string field, string message, Action<string, string> reject)
    {
        if (!holds)
        {
            reject(field, message);
        }
    }

    private static double Range(double? value, double min, double max, string field, Action<string, string> reject)
    {
        // NaN and a missing value must fail too.
        if (value is { } number && number >= min && number <= max)
        {
            return number;
        }
        reject(field, string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}"));
        return min;
    }

    [GeneratedRegex(@"\A#[0-9A-Fa-f]{6}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HexColor();
}
