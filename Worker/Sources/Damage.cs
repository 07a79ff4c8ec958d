using System.Globalization;

namespace ReelBallers.Worker;

/// <summary>Compares how long something is with how long it claims to be.</summary>
internal static class Damage
{
    /// <summary>How much may be missing: containers and codecs round, and a last frame may be longer than its packet says.</summary>
    public static double Tolerance(double claimed) => Math.Clamp(claimed * 0.02, 0.5, 2);

    /// <exception cref="JobFailedException">The file was cut off: it has less than its own index says.</exception>
    public static void RefuseCutOff(ProbeReport report, VideoSource source, IReadOnlyDictionary<int, StreamSpan> spans)
    {
        // A broadcast has no index: what its duration says is measured from its packets.
        if (report.HasJumpingTimestamps || report.Format.DurationSeconds is not { } claimed)
        {
            return;
        }

        // Matroska's length counts from zero, wherever the timestamps begin.
        var start = report.Format.FormatName.StartsWith("matroska", StringComparison.Ordinal) ? Math.Min(0, source.Start) : source.Start;
        var last = spans.Values.Max(span => span.End) - start;
        RefuseShorter("it", last, claimed);
        // Where picture and sound are stored one after the other, a cut takes only what comes last.
        RefuseShorter("its picture", source.VideoSpan.Length, Math.Min(claimed, source.Video.DurationSeconds ?? 0));
        if (source is { Audio: { } audio, AudioSpan: { } span })
        {
            RefuseShorter("its sound", span.Length, Math.Min(claimed, audio.DurationSeconds ?? 0));
        }
    }

    /// <exception cref="JobFailedException">The result is clearly shorter than the source: it did not decode to its end.</exception>
    public static void RefuseShorterResult(VideoSource source, StreamSpan video, StreamSpan? audio)
    {
        // The last frame's own length is lost by some encoders.
        RefuseShorter("its picture", video.LastStart, source.VideoSpan.LastStart - source.Start);
        if (source.AudioSpan is { } expected)
        {
            RefuseShorter("its sound", audio?.End ?? 0, expected.End - source.Start);
        }
    }

    private static void RefuseShorter(string what, double seconds, double claimed)
    {
        if (seconds < claimed - Tolerance(claimed))
        {
            throw new JobFailedException(string.Create(
                CultureInfo.InvariantCulture, $"the source is damaged: {what} ends after {Math.Max(0, seconds):0.0} s of {claimed:0.0} s"));
        }
    }
}
