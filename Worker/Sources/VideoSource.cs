namespace ReelBallers.Worker;

/// <summary>A source that can be worked on, and what the work must know of it.</summary>
internal sealed record VideoSource
{
    public required ProbeStream Video { get; init; }

    public required StreamSpan VideoSpan { get; init; }

    /// <summary>Null when there is no sound that can be decoded.</summary>
    public ProbeStream? Audio { get; init; }

    public StreamSpan? AudioSpan { get; init; }

    /// <summary>Where the file's clock begins; ffmpeg counts from there.</summary>
    public required double Start { get; init; }

    /// <summary>It is a broadcast, in which ffmpeg counts from the first time of the streams that it reads.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>The size as displayed: turned as the recorder was held, with square pixels.</summary>
    public required FrameSize Size { get; init; }

    public required SourceColors Colors { get; init; }

    public required bool IsInterlaced { get; init; }

    public required FrameRate Rate { get; init; }

    public bool HasSquarePixels => DisplaySize.PixelRatio(Video) == 1;

    public PixelFormat Format => new(Video.PixFmt ?? "");

    /// <summary>To the end of picture and sound.</summary>
    public double Duration => Math.Max(VideoSpan.End, AudioSpan?.End ?? 0) - Start;

    /// <summary>The last picture stays so long that its length would be lost if it were one frame.</summary>
    public bool EndsStill => VideoSpan.End - VideoSpan.LastStart > 0.5;

    /// <summary>The frame rate of the result, unless its frames keep the times of the source's.</summary>
    public FrameRate ResultRate => (IsInterlaced, Rate.IsTooHigh) switch
    {
        (true, _) when !Rate.Doubled().IsTooHigh => Rate.Doubled(),
        (_, true) => FrameRate.Of(FrameRate.Highest),
        _ => Rate,
    };
}
