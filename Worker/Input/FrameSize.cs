namespace ReelBallers.Worker;

/// <summary>The size of a picture, in pixels.</summary>
internal readonly record struct FrameSize(int Width, int Height)
{
    private static readonly string[] Resolutions = ["720p", "1080p", "1440p", "2160p"];

    /// <summary>Reads <c>target_resolution</c>; 1080p when it is missing.</summary>
    public static FrameSize Read(InputFields fields) => fields.OptionalChoice("target_resolution", Resolutions) switch
    {
        "720p" => new FrameSize(1280, 720),
        "1440p" => new FrameSize(2560, 1440),
        "2160p" => new FrameSize(3840, 2160),
        _ => new FrameSize(1920, 1080),
    };

    /// <summary>
    /// The largest even size with the proportions of <paramref name="width"/> to <paramref name="height"/> that fits in
    /// this one.
    /// </summary>
    public FrameSize Fit(double width, double height)
    {
        var factor = Math.Min(Width / width, Height / height);
        return new FrameSize(Even(width * factor, Width), Even(height * factor, Height));
    }

    private static int Even(double length, int limit) => Math.Clamp((int)Math.Round(length / 2) * 2, 2, limit);
}
