namespace ReelBallers.Worker;

/// <summary>How a model's pictures fit between a source and its result.</summary>
internal sealed record FrameFilters(FrameSize Size, string Before, string After)
{
    /// <summary>Times are moved so that none is negative, which the pipe's container cannot hold.</summary>
    public const int OffsetSeconds = 10;

    /// <summary>The largest picture that goes through a pipe: twice the largest target in each direction.</summary>
    private static readonly FrameSize Largest = new(7680, 4320);

    /// <exception cref="JobFailedException">The crop is not inside the source.</exception>
    public static FrameFilters Of(WorkerInput input, VideoSource source, ModelDescription model)
    {
        var (filters, width, height) = FilterGraph.UntilCropped(input, source);
        var fitted = input.TargetSize.Fit(width, height);
        // More pixels than the result has would be made with much work and thrown away.
        var scale = Math.Min(1, Math.Min(fitted.Width / width, fitted.Height / height));
        scale = Math.Min(scale, Math.Min(Largest.Width / (width * model.Factor), Largest.Height / (height * model.Factor)));
        var size = new FrameSize(Math.Max(2, (int)Math.Round(width * scale)), Math.Max(2, (int)Math.Round(height * scale)));
        string[] before =
        [
            .. filters,
            $"scale={size.Width}:{size.Height}:flags=bicubic+{ColorFilters.Exact}:in_color_matrix=bt709:in_range=tv:out_range=pc",
            "format=rgb24", $"settb=1/{NutWriter.Clock}", $"setpts=PTS+{OffsetSeconds}/TB",
        ];
        string[] after =
        [
            $"scale={fitted.Width}:{fitted.Height}:flags=lanczos+{ColorFilters.Exact}:in_range=pc:out_color_matrix=bt709:out_range=tv",
            .. FilterGraph.AfterScaling(input),
        ];
        return new FrameFilters(size, string.Join(',', before), string.Join(',', after));
    }
}
