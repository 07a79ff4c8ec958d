namespace ReelBallers.Media;

/// <summary>The size of a picture, in pixels.</summary>
internal readonly record struct FrameSize(int Width, int Height)
{
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
