namespace ReelBallers.Worker;

/// <summary>Writes the result: an MP4 that plays everywhere, and while it loads.</summary>
internal sealed class Encoder(Ffmpeg ffmpeg, string directory)
{
    /// <summary>A clock in which the times of all usual frame rates are exact or nearly so.</summary>
    private const string Clock = "90000";

    /// <summary>Runs ffmpeg, handing on the lines of its progress.</summary>
    /// <returns>The exit code and what it wrote to its standard error, which is not for users.</returns>
    public Task<(int ExitCode, string Errors)> RunAsync(
        VideoSource source, string sourceFile, string filterFile, string resultFile, Action<string> onLine,
        CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            ffmpeg.Path,
            [
                "-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-nostats", "-progress", "pipe:1",
                .. Probe.ReadFileOnly, "-i", sourceFile,
                "-map", $"0:{source.Video.Index}", .. source.Audio is { } audio ? Sound(audio) : ["-an"], "-sn", "-dn",
                "-map_metadata", "-1", "-map_chapters", "-1",
                ffmpeg.FilterFileOption, filterFile,
                "-fps_mode", "vfr", "-enc_time_base", $"1:{Clock}", "-video_track_timescale", Clock,
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p",
                "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
                "-movflags", "+faststart", "-f", "mp4", resultFile,
            ],
            directory,
            onLine,
            cancellationToken);

    /// <summary>Sound that begins later or has gaps is filled up with silence, so that it stays with the picture in every player.</summary>
    private static IEnumerable<string> Sound(ProbeStream audio)
    {
        const string Steady = "aresample=async=1:first_pts=0";
        // ffmpeg cannot mix down channels of which it does not know what they are for.
        var isUnknown = audio.Channels > 2 && audio.ChannelLayout is null or "" or "unknown";
        return
        [
            "-map", $"0:{audio.Index}",
            "-af", isUnknown ? $"pan=stereo|c0=c0|c1=c1,{Steady}" : Steady,
            "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", audio.Channels == 1 ? "1" : "2",
        ];
    }
}
