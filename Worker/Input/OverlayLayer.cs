using System.Text.RegularExpressions;

namespace ReelBallers.Worker;

/// <summary>
/// Something drawn over the finished frame. Positions are pixels of the output, times are seconds, the colour is six
/// hex digits.
/// </summary>
internal abstract partial record OverlayLayer(double X, double Y, string Color, double Opacity, double? StartSeconds, double? EndSeconds)
{
    private const int MostLayers = 20;

    private static readonly string[] Types = ["box", "text"];

    private static readonly Dictionary<string, string> NamedColors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["white"] = "FFFFFF",
        ["black"] = "000000",
        ["gray"] = "808080",
        ["red"] = "FF0000",
        ["lime"] = "00FF00",
        ["green"] = "008000",
        ["blue"] = "0000FF",
        ["yellow"] = "FFFF00",
        ["orange"] = "FFA500",
        ["purple"] = "800080",
        ["cyan"] = "00FFFF",
        ["magenta"] = "FF00FF",
    };

    public static IReadOnlyList<OverlayLayer> ReadAll(InputFields fields, FrameSize frame) =>
        [.. fields.Objects("overlay_layers", MostLayers).Select(layer => Read(layer, frame))];

    private static OverlayLayer Read(InputFields fields, FrameSize frame)
    {
        var type = fields.OptionalChoice("type", Types) ?? throw new JobFailedException($"{fields.PathOf("type")} is missing");
        var x = fields.Number("x", 0, frame.Width - 1);
        var y = fields.Number("y", 0, frame.Height - 1);
        var color = ColorOf(fields);
        var opacity = fields.OptionalNumber("opacity", 0, 1) ?? 1;
        var start = fields.OptionalNumber("start_s", 0, 86_400);
        var end = fields.OptionalNumber("end_s", 0, 86_400);
        if (end <= (start ?? 0))
        {
            throw new JobFailedException($"{fields.PathOf("end_s")} must be later than start_s");
        }

        return type == "box"
            ? new BoxLayer(x, y, fields.Number("width", 1, 16_384), fields.Number("height", 1, 16_384), color, opacity, start, end)
            : new TextLayer(x, y, fields.Text("text", 500), fields.OptionalNumber("font_size", 4, 512) ?? 48, color, opacity, start, end);
    }

    private static string ColorOf(InputFields fields)
    {
        var color = fields.OptionalText("color", 16) ?? "white";
        if (NamedColors.TryGetValue(color, out var hex))
        {
            return hex;
        }

        return HexColor().IsMatch(color)
            ? color[1..]
            : throw new JobFailedException($"{fields.PathOf("color")} must be #RRGGBB or one of {string.Join(", ", NamedColors.Keys)}");
    }

    [GeneratedRegex(@"\A#[0-9A-Fa-f]{6}\z")]
    private static partial Regex HexColor();
}

internal sealed record BoxLayer(
    double X, double Y, double Width, double Height, string Color, double Opacity, double? StartSeconds, double? EndSeconds)
    : OverlayLayer(X, Y, Color, Opacity, StartSeconds, EndSeconds);

internal sealed record TextLayer(
    double X, double Y, string Text, double FontSize, string Color, double Opacity, double? StartSeconds, double? EndSeconds)
    : OverlayLayer(X, Y, Color, Opacity, StartSeconds, EndSeconds);
