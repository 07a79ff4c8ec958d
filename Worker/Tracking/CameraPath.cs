namespace ReelBallers.Worker;

/// <summary>
/// Moves a window of constant size after a subject as a calm camera would: its centre is the subject's, smoothed over a second, and
/// it stays where it is while the subject is lost.
/// </summary>
internal static class CameraPath
{
    private const int MostKeyframes = 400;
    private const double ShortestStepSeconds = 0.2;
    private const double SmoothingSeconds = 0.4;

    /// <summary>How much of the window's height or width the subject fills at the start.</summary>
    private const double SubjectShare = 1.0 / 3;

    /// <summary>Below this share of the source's height, a window would show more pixels than picture.</summary>
    private const double SmallestShare = 0.25;

    /// <param name="start">The subject's box.</param>
    /// <param name="source">The source's size.</param>
    /// <param name="target">The result's size, which gives the proportions.</param>
    /// <param name="centres">The subject's centre by frame, in pixels of the source; null where it was lost.</param>
    /// <param name="framesPerSecond">The rate of those frames.</param>
    public static IReadOnlyList<CropKeyframe> Of(
        TrackStart start, FrameSize source, FrameSize target, IReadOnlyList<(double X, double Y)?> centres, double framesPerSecond)
    {
        var proportions = (double)target.Width / target.Height;
        var height = Math.Max(Math.Max(start.Height, start.Width / proportions) / SubjectShare, source.Height * SmallestShare);
        height = Math.Min(height, Math.Min(source.Height, source.Width / proportions));
        var (evenWidth, evenHeight) = (Math.Floor(height * proportions / 2) * 2, Math.Floor(height / 2) * 2);

        var held = Hold(centres);
        var reach = (int)Math.Ceiling(SmoothingSeconds * 3 * framesPerSecond);
        var stepSeconds = Math.Max(ShortestStepSeconds, held.Length / framesPerSecond / MostKeyframes);
        var step = Math.Max(1, (int)Math.Ceiling(stepSeconds * framesPerSecond));
        var keyframes = new List<CropKeyframe>();
        for (var frame = 0; frame < held.Length; frame += step)
        {
            var (x, y) = Smooth(held, frame, reach, framesPerSecond);
            keyframes.Add(new CropKeyframe(
                Math.Round(frame / framesPerSecond, 3),
                Math.Round(Math.Clamp(x - (evenWidth / 2), 0, source.Width - evenWidth), 1),
                Math.Round(Math.Clamp(y - (evenHeight / 2), 0, source.Height - evenHeight), 1),
                evenWidth,
                evenHeight));
        }

        return keyframes;
    }

    private static (double X, double Y)[] Hold(IReadOnlyList<(double X, double Y)?> centres)
    {
        var last = centres.First(centre => centre is not null)!.Value;
        return [.. centres.Select(centre => last = centre ?? last)];
    }

    private static (double X, double Y) Smooth((double X, double Y)[] centres, int at, int reach, double framesPerSecond)
    {
        double x = 0, y = 0, weights = 0;
        for (var frame = at - reach; frame <= at + reach; frame++)
        {
            var distance = (frame - at) / framesPerSecond / SmoothingSeconds;
            var weight = Math.Exp(-distance * distance / 2);
            var centre = centres[Math.Clamp(frame, 0, centres.Length - 1)];
            (x, y, weights) = (x + (centre.X * weight), y + (centre.Y * weight), weights + weight);
        }

        return (x / weights, y / weights);
    }
}
