namespace ReelBallers.Worker;

/// <summary>The size in which a player shows a stored picture.</summary>
internal static class DisplaySize
{
    private const int Shortest = 16;
    private const int Longest = 16_384;

    /// <exception cref="JobFailedException">It is too small or too large.</exception>
    public static FrameSize Of(ProbeStream video)
    {
        var pixel = PixelRatio(video);
        var width = pixel == 1 ? video.Width : Math.Max(2, (int)Math.Round(video.Width * pixel / 2) * 2);
        if (width is < Shortest or > Longest || video.Height is < Shortest or > Longest)
        {
            throw new JobFailedException(
                $"the source's picture is {width}x{video.Height}; the sides must be {Shortest} to {Longest} pixels");
        }

        return IsOnItsSide(video) ? new FrameSize(video.Height, width) : new FrameSize(width, video.Height);
    }

    /// <summary>How much wider than high a stored pixel is. Some files claim ratios that no camera has.</summary>
    public static double PixelRatio(ProbeStream video) =>
        ProbeStream.Ratio(video.SampleAspectRatio) is { } ratio && ratio.Above / ratio.Below is > 0.1 and < 10
            ? ratio.Above / ratio.Below
            : 1;

    private static bool IsOnItsSide(ProbeStream video)
    {
        var degrees = video.SideDataList.Select(data => data.Rotation).FirstOrDefault(rotation => rotation is not null) ?? 0;
        return Math.Abs(Math.Abs(Math.IEEERemainder(degrees, 180)) - 90) < 45;
    }
}
