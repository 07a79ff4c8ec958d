namespace ReelBallers.Worker;

/// <summary>Checks what was written before it is delivered: a result that plays, of the size that was asked, and whole.</summary>
internal sealed class ResultReader(Ffmpeg ffmpeg, string directory, string file)
{
    private readonly Probe _probe = new(ffmpeg, directory, file);

    /// <exception cref="JobFailedException">It must not be delivered.</exception>
    public async Task<VideoResult> ReadAsync(VideoSource source, FrameSize target, CancellationToken cancellationToken)
    {
        if (await _probe.ReadAsync(cancellationToken) is not { } report
            || report.Streams.FirstOrDefault(stream => stream is { CodecType: "video", CodecName: "h264" }) is not { } video)
        {
            throw new JobFailedException("ffmpeg wrote a file that is not a video");
        }

        var spans = await _probe.MeasureAsync(report, cancellationToken);
        var audio = report.Streams.FirstOrDefault(stream => stream.CodecType == "audio");
        var size = DisplaySize.Of(video);
        if (!spans.TryGetValue(video.Index, out var span) || size != target)
        {
            throw new JobFailedException("ffmpeg wrote a video that is not the one that was asked for");
        }

        Damage.RefuseShorterResult(source, span, audio is null ? null : spans.GetValueOrDefault(audio.Index));
        return new VideoResult(size, report.Format.DurationSeconds ?? span.Length, FrameRate.Of(video, span).PerSecond, audio is not null);
    }
}

/// <summary>A result that was checked.</summary>
internal sealed record VideoResult(FrameSize Size, double DurationSeconds, double FramesPerSecond, bool HasAudio);
