namespace ReelBallers.Worker;

/// <summary>The subject to follow: a box around it at a time, in seconds and in pixels as displayed.</summary>
internal sealed record TrackStart(double Time, double X, double Y, double Width, double Height)
{
    private const double LongestSide = 16_384;
    private const double ShortestSide = 8;

    /// <returns>Null when nothing is to be followed.</returns>
    public static TrackStart? Read(InputFields fields) => fields.OptionalObject("track") is { } track
        ? new TrackStart(
            track.Number("time", 0, 86_400),
            track.Number("x", 0, LongestSide),
            track.Number("y", 0, LongestSide),
            track.Number("width", ShortestSide, LongestSide),
            track.Number("height", ShortestSide, LongestSide))
        : null;

    /// <exception cref="JobFailedException">The box is not inside the picture or not inside the video's time.</exception>
    public void RefuseOutside(VideoSource source)
    {
        if (X + Width > source.Size.Width + 1 || Y + Height > source.Size.Height + 1)
        {
            throw new JobFailedException($"input.track is not inside the source, which is {source.Size.Width}x{source.Size.Height}");
        }

        if (Time >= source.Duration)
        {
            throw new JobFailedException("input.track.time is after the end of the source");
        }
    }
}
