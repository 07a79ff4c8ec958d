namespace ReelBallers.Worker;

/// <summary>Finds out what a source holds and chooses its picture and its sound.</summary>
internal sealed class SourceReader(Ffmpeg ffmpeg, string directory, string file)
{
    private readonly Probe _probe = new(ffmpeg, directory, file);
    private readonly TrialDecoder _trial = new(ffmpeg, directory, file);

    /// <exception cref="JobFailedException">It is not a video that can be worked on; the message says why in plain words.</exception>
    public async Task<VideoSource> ReadAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, file);
        if (FileKind.IsImage(path) || await _probe.ReadAsync(cancellationToken) is not { Streams.Count: > 0 } report)
        {
            throw new JobFailedException(FileKind.Explain(path));
        }

        var video = await VideoAsync(report, cancellationToken);
        var audio = await AudioAsync(report, cancellationToken);
        var spans = await _probe.MeasureAsync(report, cancellationToken);
        if (!spans.TryGetValue(video.Index, out var videoSpan))
        {
            throw new JobFailedException("the source is damaged: its video has no frames");
        }

        var size = DisplaySize.Of(video);
        if (DisplaySize.Problem(size) is { } problem)
        {
            throw new JobFailedException($"the source's {problem}");
        }

        var audioSpan = audio is null ? null : spans.GetValueOrDefault(audio.Index);
        var source = new VideoSource
        {
            Video = video,
            VideoSpan = videoSpan,
            Audio = audioSpan is null ? null : audio,
            AudioSpan = audioSpan,
            Start = report.HasJumpingTimestamps ? videoSpan.Start : report.Format.StartSeconds,
            IsBroadcast = report.HasJumpingTimestamps,
            Size = size,
            Colors = SourceColors.Of(video),
            IsInterlaced = video.FieldOrder is "tt" or "bb" or "tb" or "bt"
                || await _probe.BeginsInterlacedAsync(video.Index, cancellationToken),
            Rate = FrameRate.Of(video, videoSpan),
        };
        Damage.RefuseCutOff(report, source, spans);
        return source;
    }

    /// <summary>The first one that moves and can be decoded: cover pictures are streams as well.</summary>
    private async Task<ProbeStream> VideoAsync(ProbeReport report, CancellationToken cancellationToken)
    {
        var videos = report.Streams
            .Where(stream => stream.CodecType == "video" && stream.Disposition is { AttachedPic: 0, TimedThumbnails: 0 })
            .ToArray();
        if (videos.Length == 0)
        {
            throw new JobFailedException(report.Streams.Any(stream => stream.CodecType == "audio")
                ? "the source is not a video that can be read: it has only sound"
                : "the source is not a video that can be read: it has no picture");
        }

        foreach (var video in videos.Where(stream => stream is { HasKnownCodec: true, IsEncrypted: false }))
        {
            if (await _trial.DecodesAsync(video, cancellationToken))
            {
                return video.SideDataList.Any(data => data.DvProfile == 5)
                    ? throw new JobFailedException("the source is Dolby Vision profile 5, which has no picture for other screens")
                    : video;
            }
        }

        throw new JobFailedException(videos switch
        {
            _ when videos.Any(stream => stream.IsEncrypted) => "the source is encrypted (DRM)",
            _ when videos.All(stream => !stream.HasKnownCodec) => "the source is a video in a format that is not supported",
            _ => "the source is a video that cannot be decoded: it is damaged, or in a format that is not supported",
        });
    }

    /// <summary>The first one that can be decoded, or none: a video without sound is better than no video.</summary>
    private async Task<ProbeStream?> AudioAsync(ProbeReport report, CancellationToken cancellationToken)
    {
        foreach (var audio in report.Streams
            .Where(stream => stream is { CodecType: "audio", HasKnownCodec: true, IsEncrypted: false, Channels: > 0 }))
        {
            if (await _trial.DecodesAsync(audio, cancellationToken))
            {
                return audio;
            }
        }

        return null;
    }
}
