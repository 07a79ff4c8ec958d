namespace ReelBallers.Worker;

/// <summary>The names of the files of a job, in its folder.</summary>
internal sealed record EncoderFiles(string Source, string Filters, string Result);

/// <summary>Writes the result: an MP4 that plays everywhere, and while it loads.</summary>
internal sealed class Encoder(Ffmpeg ffmpeg, VideoCodec codec, string directory)
{
    /// <summary>A clock in which the times of all usual frame rates are exact or nearly so.</summary>
    private const string Clock = "90000";

    /// <summary>The arguments before the inputs.</summary>
    private static readonly string[] Begin = ["-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-nostats", "-progress", "pipe:1"];

    /// <summary>Runs ffmpeg, handing on the lines of its progress.</summary>
    /// <returns>The exit code and what it wrote to its standard error, which is not for users.</returns>
    public Task<(int ExitCode, string Errors)> RunAsync(
        VideoSource source, EncoderFiles files, Action<string> onLine, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            ffmpeg.Path,
            [
                .. Begin, .. Probe.ReadFileOnly, "-i", files.Source,
                "-map", $"0:{source.Video.Index}", .. Sound(source, 0), .. Picture(files),
            ],
            directory,
            onLine,
            cancellationToken);

    /// <summary>The same with pictures that come by a pipe, as NUT from time 0 on; the sound is that of the source.</summary>
    /// <param name="source">The source of the sound.</param>
    /// <param name="files">The files of the job.</param>
    /// <param name="begin">The time of the first picture.</param>
    /// <param name="write">Writes the pictures.</param>
    /// <param name="onLine">Receives the lines of the progress.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    public Task<(int ExitCode, string Errors)> RunFramesAsync(
        VideoSource source, EncoderFiles files, TimeSpan begin, Func<Stream, CancellationToken, Task> write,
        Action<string> onLine, CancellationToken cancellationToken) =>
        ChildProcess.RunFedAsync(
            ffmpeg.Path,
            [
                .. Begin,
                // Each picture is large: none is read to guess what the header says, or put in a queue.
                "-thread_queue_size", "1", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0",
                "-itsoffset", Expression.Number(begin.TotalSeconds), "-protocol_whitelist", "pipe", "-f", "nut", "-i", "pipe:0",
                .. source.Audio is null ? Array.Empty<string>() : [.. Probe.ReadFileOnly, "-i", files.Source],
                "-map", "0:0", .. Sound(source, 1), .. Picture(files),
                .. source.Audio is null ? Array.Empty<string>() : ReadAlong(source, $"1:{source.Video.Index}"),
            ],
            directory,
            write,
            onLine,
            cancellationToken);

    /// <summary>
    /// Reads a stream of a broadcast without a use for it: two processes, of which each reads only the picture or only the sound, would
    /// count from different times.
    /// </summary>
    public static string[] ReadAlong(VideoSource source, string stream) =>
        source.IsBroadcast ? ["-map", stream, "-c", "copy", "-f", "null", "-"] : [];

    private IEnumerable<string> Picture(EncoderFiles files) =>
    [
        "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
        ffmpeg.FilterFileOption, files.Filters,
        "-fps_mode", "vfr", "-enc_time_base", $"1:{Clock}", "-video_track_timescale", Clock,
        .. codec.Arguments, "-pix_fmt", "yuv420p",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
        "-movflags", "+faststart", "-f", "mp4", files.Result,
    ];

    /// <summary>Sound that begins later or has gaps is filled up with silence, so that it stays with the picture in every player.</summary>
    private static string[] Sound(VideoSource source, int input)
    {
        if (source.Audio is not { } audio)
        {
            return ["-an"];
        }

        const string Steady = "aresample=async=1:first_pts=0";
        // ffmpeg cannot mix down channels of which it does not know what they are for.
        var isUnknown = audio.Channels > 2 && audio.ChannelLayout is null or "" or "unknown";
        return
        [
            "-map", $"{input}:{audio.Index}",
            "-af", isUnknown ? $"pan=stereo|c0=c0|c1=c1,{Steady}" : Steady,
            "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", audio.Channels == 1 ? "1" : "2",
        ];
    }
}
