using static ReelBallers.Worker.Expression;

namespace ReelBallers.Worker;

/// <summary>Writes the chain of ffmpeg's filters for a job.</summary>
internal static class FilterGraph
{
    /// <summary>The names, in the job's folder, of the files that the graph refers to: a name of our own needs no escaping.</summary>
    public const string FontFile = "font.ttf";

    public static string TextFile(int layer) => $"text{layer}.txt";

    /// <exception cref="JobFailedException">The crop is not inside the source.</exception>
    public static string Build(WorkerInput input, VideoInfo source)
    {
        var filters = new List<string>();
        if (source.HasOddPixels)
        {
            filters.Add($"scale={source.Size.Width}:{source.Size.Height}");
            filters.Add("setsar=1");
        }

        var (width, height) = ((double)source.Size.Width, (double)source.Size.Height);
        if (input.CropKeyframes.Count > 0)
        {
            var path = CropPath.Of(input.CropKeyframes, source.Size);
            (width, height) = (path.Keyframes[0].Width, path.Keyframes[0].Height);
            filters.AddRange(path.Zooms ? Zoom(path, source.FramesPerSecond) : [Pan(path)]);
        }

        var fitted = input.TargetSize.Fit(width, height);
        filters.Add($"scale={fitted.Width}:{fitted.Height}:flags={(input.UpscaleModel is null ? "bicubic" : "lanczos")}");
        filters.Add($"pad={input.TargetSize.Width}:{input.TargetSize.Height}:(ow-iw)/2:(oh-ih)/2:black");
        filters.Add("setsar=1");
        filters.AddRange(input.OverlayLayers.Select(Draw));
        filters.Add("format=yuv420p");
        return string.Join(',', filters);
    }

    private static string Pan(CropPath path)
    {
        var first = path.Keyframes[0];
        return $"crop=w={Number(first.Width)}:h={Number(first.Height)}"
            + $":x='{Follow(path, keyframe => keyframe.X, "t")}':y='{Follow(path, keyframe => keyframe.Y, "t")}'";
    }

    /// <summary>
    /// The crop filter cannot change its size, so the rectangle is stretched over the whole frame. That filter knows frames
    /// and not time: a constant frame rate before it converts one into the other.
    /// </summary>
    private static IEnumerable<string> Zoom(CropPath path, double framesPerSecond)
    {
        string Side(Func<CropKeyframe, double> value) =>
            $"'st(0,(in-1)/{Number(framesPerSecond)});{Follow(path, value, "ld(0)")}'";

        var left = Side(keyframe => keyframe.X);
        var right = Side(keyframe => keyframe.X + keyframe.Width);
        var top = Side(keyframe => keyframe.Y);
        var bottom = Side(keyframe => keyframe.Y + keyframe.Height);
        yield return $"fps={Number(framesPerSecond)}";
        yield return $"perspective=x0={left}:y0={top}:x1={right}:y1={top}:x2={left}:y2={bottom}:x3={right}:y3={bottom}:"
            + $"sense=source:eval=frame";
    }

    private static string Follow(CropPath path, Func<CropKeyframe, double> value, string time) =>
        Through([.. path.Keyframes.Select(keyframe => (keyframe.Time, value(keyframe)))], time);

    private static string Draw(OverlayLayer layer, int index)
    {
        var place = $"x={Number(Math.Round(layer.X))}:y={Number(Math.Round(layer.Y))}";
        var color = $"0x{layer.Color}@{Number(layer.Opacity)}";
        return layer switch
        {
            BoxLayer box => $"drawbox={place}:w={Number(Math.Ceiling(box.Width))}:h={Number(Math.Ceiling(box.Height))}:"
                + $"color={color}:t=fill",
            // Without expansion, %{…} and backslashes are literal.
            TextLayer text => $"drawtext=fontfile={FontFile}:textfile={TextFile(index)}:expansion=none:{place}"
                + $":fontsize={Number(Math.Round(text.FontSize))}:fontcolor={color}",
            _ => throw new InvalidOperationException($"{layer.GetType().Name} is not a layer that is drawn."),
        } + While(layer);
    }

    private static string While(OverlayLayer layer) => (layer.StartSeconds, layer.EndSeconds) switch
    {
        (null, null) => "",
        ({ } start, null) => $":enable='gte(t,{Number(start)})'",
        (var start, { } end) => $":enable='gte(t,{Number(start ?? 0)})*lt(t,{Number(end)})'",
    };
}
