using static ReelBallers.Worker.Expression;

namespace ReelBallers.Worker;

/// <summary>
/// Draws the layers over the finished frame. They are drawn in RGB: ffmpeg's own conversion of a colour is always that of BT.601.
/// </summary>
internal static class OverlayFilters
{
    /// <summary>The names, in the job's folder, of what the filters refer to: a name of our own needs no escaping.</summary>
    public const string FontFolder = "fonts";

    public static string TextFile(int layer) => $"text{layer}.ass";

    public static IEnumerable<string> Of(IReadOnlyList<OverlayLayer> layers)
    {
        if (layers.Count == 0)
        {
            return [];
        }

        return
        [
            $"scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags={ColorFilters.Exact}",
            "format=rgb24",
            .. layers.Select(Draw),
            $"scale=in_range=pc:out_color_matrix=bt709:out_range=tv:flags={ColorFilters.Exact}",
        ];
    }

    private static string Draw(OverlayLayer layer, int index) => layer switch
    {
        BoxLayer box => $"drawbox=x={Number(Math.Round(box.X))}:y={Number(Math.Round(box.Y))}"
            + $":w={Number(Math.Ceiling(box.Width))}:h={Number(Math.Ceiling(box.Height))}"
            + $":color=0x{box.Color}@{Number(box.Opacity)}:t=fill{While(box)}",
        TextLayer => $"ass={TextFile(index)}:fontsdir={FontFolder}",
        _ => throw new InvalidOperationException($"{layer.GetType().Name} is not a layer that is drawn."),
    };

    private static string While(BoxLayer layer) => (layer.StartSeconds, layer.EndSeconds) switch
    {
        (null, null) => "",
        ({ } start, null) => $":enable='gte(t,{Number(start)})'",
        (var start, { } end) => $":enable='gte(t,{Number(start ?? 0)})*lt(t,{Number(end)})'",
    };
}
