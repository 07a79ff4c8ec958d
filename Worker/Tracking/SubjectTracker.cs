using System.Globalization;

namespace ReelBallers.Worker;

/// <summary>Follows a subject through a source, in small frames of brightness.</summary>
internal sealed class SubjectTracker(Ffmpeg ffmpeg, string directory, string file)
{
    private const double MostFramesPerSecond = 30;

    /// <summary>The longer side of the subject in the small frames: enough to recognize it, and little to compare.</summary>
    private const double SubjectPixels = 36;

    /// <summary>A subject that is seen for less than this share of the time was not followed.</summary>
    private const double LeastSeen = 0.25;

    /// <exception cref="JobFailedException">The subject could not be followed for most of the time.</exception>
    public async Task<TrackedPath> FollowAsync(
        TrackStart start, VideoSource source, FrameSize target, CancellationToken cancellationToken)
    {
        start.RefuseOutside(source);
        var rate = Math.Min(MostFramesPerSecond, Math.Max(5, source.Rate.PerSecond));
        var scale = Math.Min(SubjectPixels / Math.Max(start.Width, start.Height), 640.0 / Math.Max(source.Size.Width, source.Size.Height));
        scale = Math.Min(1, Math.Max(scale, 8 / Math.Min(start.Width, start.Height)));
        var small = new FrameSize(
            Math.Max(16, (int)Math.Round(source.Size.Width * scale)), Math.Max(16, (int)Math.Round(source.Size.Height * scale)));
        var (scaleX, scaleY) = ((double)small.Width / source.Size.Width, (double)small.Height / source.Size.Height);

        var centres = new List<(double X, double Y)?>();
        TemplateTracker? tracker = null;
        var first = (int)Math.Round(start.Time * rate);
        await DecodeAsync(source, small, rate, pixels =>
        {
            var own = ((double X, double Y)?)(start.X + (start.Width / 2), start.Y + (start.Height / 2));
            if (centres.Count < first)
            {
                // Before its time the subject is where it will be: the window waits for it.
                centres.Add(own);
                return;
            }

            var frame = new GrayFrame(small.Width, small.Height, pixels);
            if (tracker is null)
            {
                tracker = new TemplateTracker(frame, start.X * scaleX, start.Y * scaleY, start.Width * scaleX, start.Height * scaleY);
                centres.Add(own);
                return;
            }

            centres.Add(tracker.Next(frame) is { } centre ? (centre.X / scaleX, centre.Y / scaleY) : null);
        }, cancellationToken);
        if (tracker is null)
        {
            throw new JobFailedException("input.track.time is after the end of the source");
        }

        var lost = LostSpans(centres, rate);
        RefuseUnseen(centres.Skip(first).ToArray(), lost);
        return new TrackedPath(CameraPath.Of(start, source.Size, target, centres, rate), lost);
    }

    private static void RefuseUnseen((double X, double Y)?[] centres, List<LostSubject> lost)
    {
        if (centres.Count(centre => centre is not null) < LeastSeen * centres.Length)
        {
            throw new JobFailedException(string.Create(
                CultureInfo.InvariantCulture, $"the subject was lost after {lost[0].FromS:0.0} s and could not be followed"));
        }
    }

    private static List<LostSubject> LostSpans(List<(double X, double Y)?> centres, double rate)
    {
        var spans = new List<LostSubject>();
        for (var frame = 0; frame < centres.Count; frame++)
        {
            var from = frame;
            while (frame < centres.Count && centres[frame] is null)
            {
                frame++;
            }

            if (frame > from)
            {
                spans.Add(new LostSubject(Math.Round(from / rate, 2), Math.Round(frame / rate, 2)));
            }
        }

        return spans;
    }

    private async Task DecodeAsync(
        VideoSource source, FrameSize small, double rate, Action<byte[]> onFrame, CancellationToken cancellationToken)
    {
        var filters = (source.IsInterlaced ? "bwdif=mode=send_frame:deint=interlaced," : "")
            + string.Create(CultureInfo.InvariantCulture, $"fps={rate:0.###}:start_time=0,")
            + $"scale={small.Width}:{small.Height}:flags=area,format=gray";
        var (exitCode, _) = await ChildProcess.RunBinaryAsync(
            ffmpeg.Path,
            [
                "-hide_banner", "-nostdin", "-loglevel", "error", .. Probe.ReadFileOnly, "-i", file,
                "-map", $"0:{source.Video.Index}", "-vf", filters, "-f", "rawvideo", "-",
            ],
            directory,
            async (output, token) =>
            {
                var frame = new byte[small.Width * small.Height];
                while (await output.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, token) == frame.Length)
                {
                    onFrame(frame);
                }
            },
            cancellationToken);
        if (exitCode != 0)
        {
            throw new JobFailedException("the video could not be processed: it is damaged, or in a format that is not supported");
        }
    }
}
