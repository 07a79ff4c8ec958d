using static ReelBallers.Worker.Expression;

namespace ReelBallers.Worker;

/// <summary>Writes the chain of ffmpeg's filters for a job.</summary>
internal static class FilterGraph
{
    /// <exception cref="JobFailedException">The crop is not inside the source.</exception>
    public static string Build(WorkerInput input, VideoSource source)
    {
        var (filters, width, height) = UntilCropped(input, source);
        var fitted = input.TargetSize.Fit(width, height);
        // framerate leaves its frames the durations that they had before; fps, which has nothing else to do, sets them.
        var blended = input.TargetFps is { } rate ? $"framerate=fps={Number(rate)},fps={Number(rate)}," : "";
        return string.Join(',', [.. filters, $"{blended}scale={fitted.Width}:{fitted.Height}:flags=lanczos", .. AfterScaling(input)]);
    }

    /// <summary>The filters that come first: the part of the picture that is to be seen, with the size that it has.</summary>
    /// <exception cref="JobFailedException">The crop is not inside the source.</exception>
    public static (IReadOnlyList<string> Filters, double Width, double Height) UntilCropped(WorkerInput input, VideoSource source)
    {
        var filters = new List<string>();
        if (source.IsInterlaced)
        {
            // Both fields of a frame become frames, as far as the cap allows; frames that are not marked pass.
            filters.Add($"bwdif=mode={(source.Rate.Doubled().IsTooHigh ? "send_frame" : "send_field")}:deint=interlaced");
        }

        if (source.Rate.IsTooHigh || source.EndsStill)
        {
            filters.Add($"fps={SteadyRate(source).Text}");
        }

        filters.AddRange(ColorFilters.ToBt709(source));
        var (width, height) = ((double)source.Size.Width, (double)source.Size.Height);
        if (input.CropKeyframes.Count > 0)
        {
            var path = CropPath.Of(input.CropKeyframes, source.Size);
            (width, height) = (path.Keyframes[0].Width, path.Keyframes[0].Height);
            filters.AddRange(path.Zooms ? Zoom(path, SteadyRate(source)) : [Pan(path)]);
        }

        return (filters, width, height);
    }

    /// <summary>What comes after the picture was scaled to fit: the bars and the layers.</summary>
    public static IEnumerable<string> AfterScaling(WorkerInput input) =>
    [
        "format=yuv420p",
        $"pad={input.TargetSize.Width}:{input.TargetSize.Height}:(ow-iw)/2:(oh-ih)/2:black",
        "setsar=1",
        .. OverlayFilters.Of(input.OverlayLayers),
        "format=yuv420p",
        ColorFilters.Tag(SourceColors.Bt709),
    ];

    /// <summary>A rate at which a picture that stays can be repeated.</summary>
    public static FrameRate SteadyRate(VideoSource source) =>
        source.EndsStill && source.ResultRate.PerSecond < 10 ? FrameRate.Of(10) : source.ResultRate;

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
    private static IEnumerable<string> Zoom(CropPath path, FrameRate rate)
    {
        string Side(Func<CropKeyframe, double> value) => $"'st(0,(in-1)/({rate.Text}));{Follow(path, value, "ld(0)")}'";

        var left = Side(keyframe => keyframe.X);
        var right = Side(keyframe => keyframe.X + keyframe.Width);
        var top = Side(keyframe => keyframe.Y);
        var bottom = Side(keyframe => keyframe.Y + keyframe.Height);
        // The first frame stands for the beginning, even when the picture begins later than the sound.
        yield return $"fps={rate.Text}:start_time=0";
        yield return $"perspective=x0={left}:y0={top}:x1={right}:y1={top}:x2={left}:y2={bottom}:x3={right}:y3={bottom}:"
            + $"sense=source:eval=frame";
    }

    private static string Follow(CropPath path, Func<CropKeyframe, double> value, string time) =>
        Through([.. path.Keyframes.Select(keyframe => (keyframe.Time, value(keyframe)))], time);
}
