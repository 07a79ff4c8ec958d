namespace ReelBallers.Media;

/// <summary>How long a video is, to the end of its picture and its sound.</summary>
internal static class VideoLength
{
    private const double Longest = 1_000_000_000;

    /// <returns>Seconds; null when the file does not say it.</returns>
    public static double? Said(ProbeReport report, ProbeStream video, ProbeStream? audio)
    {
        // Other streams, such as subtitles, may be longer.
        var end = Math.Max(EndOf(video) ?? 0, audio is null ? 0 : EndOf(audio) ?? 0);
        return Usable(
            EndOf(video) is not null ? end - report.Format.StartSeconds
            // Matroska's length counts from zero, wherever the timestamps begin.
            : report.Format.IsMatroska ? report.Format.DurationSeconds - Math.Max(0, report.Format.StartSeconds)
            : report.Format.DurationSeconds);
    }

    /// <returns>Seconds; null when the picture has no frames.</returns>
    public static double? Measured(
        ProbeReport report, IReadOnlyDictionary<int, StreamSpan> spans, ProbeStream video, ProbeStream? audio) =>
        spans.TryGetValue(video.Index, out var picture)
            ? Usable(Math.Max(picture.End, audio is null ? 0 : spans.GetValueOrDefault(audio.Index)?.End ?? 0) - report.Format.StartSeconds)
            : null;

    private static double? EndOf(ProbeStream stream) =>
        Usable(stream.DurationSeconds) is { } seconds ? seconds + (ProbeStream.Seconds(stream.StartTime) ?? 0) : null;

    private static double? Usable(double? seconds) => seconds is > 0 and < Longest ? seconds : null;
}
