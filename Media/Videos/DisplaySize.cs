namespace ReelBallers.Media;

/// <summary>The size in which a player shows a stored picture.</summary>
internal static class DisplaySize
{
    private const int Shortest = 16;
    private const int Longest = 16_384;

    /// <summary>With square pixels, and turned as the recorder was held.</summary>
    public static FrameSize Of(ProbeStream video)
    {
        var pixel = PixelRatio(video);
        var width = pixel == 1 ? video.Width : Math.Max(2, (int)Math.Round(video.Width * pixel / 2) * 2);
        return IsOnItsSide(video) ? new FrameSize(video.Height, width) : new FrameSize(width, video.Height);
    }

    /// <returns>Null, or what is wrong with a size that is too small or too large.</returns>
    public static string? Problem(FrameSize size) =>
        size.Width is < Shortest or > Longest || size.Height is < Shortest or > Longest
            ? $"picture is {size.Width}x{size.Height}; the sides must be {Shortest} to {Longest} pixels"
            : null;

    /// <summary>How much wider than high a stored pixel is. Some files claim ratios that no camera has.</summary>
    public static double PixelRatio(ProbeStream video) =>
        ProbeStream.Ratio(video.SampleAspectRatio) is { } ratio && ratio.Above / ratio.Below is > 0.1 and < 10
            ? ratio.Above / ratio.Below
            : 1;

    /// <summary>By how many degrees players turn the stored picture, clockwise: 0 to 359.</summary>
    public static int Rotation(ProbeStream video) => (((int)Math.Round(-Degrees(video)) % 360) + 360) % 360;

    private static bool IsOnItsSide(ProbeStream video) => Math.Abs(Math.Abs(Math.IEEERemainder(Degrees(video), 180)) - 90) < 45;

    /// <summary>Counterclockwise.</summary>
    private static double Degrees(ProbeStream video) =>
        video.SideDataList.Select(data => data.Rotation).FirstOrDefault(rotation => rotation is not null) ?? 0;
}
