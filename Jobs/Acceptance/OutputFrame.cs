namespace ReelBallers.Jobs;

/// <summary>The picture of the result: the worker fits the video into it and pads the rest.</summary>
internal readonly record struct OutputFrame(int Width, int Height)
{
    private static readonly Dictionary<string, OutputFrame> Resolutions = new()
    {
        ["720p"] = new(1280, 720),
        ["1080p"] = new(1920, 1080),
        ["1440p"] = new(2560, 1440),
        ["2160p"] = new(3840, 2160),
    };

    public static IReadOnlyCollection<string> Names => Resolutions.Keys;

    /// <summary>Null for an unknown resolution.</summary>
    public static OutputFrame? TryParse(string? resolution) =>
        resolution is not null && Resolutions.TryGetValue(resolution, out var frame) ? frame : null;

    /// <summary>Rejects layers of which nothing would be visible. Those that reach over an edge are cut off there.</summary>
    public void CheckLayers(IReadOnlyList<OverlayLayer> layers, Action<string, string> reject)
    {
        for (var index = 0; index < layers.Count; index++)
        {
            if (layers[index].X >= Width)
            {
                reject($"overlay_layers[{index}].x", $"must be below {Width}, the width of the result");
            }
            if (layers[index].Y >= Height)
            {
                reject($"overlay_layers[{index}].y", $"must be below {Height}, the height of the result");
            }
        }
    }
}
