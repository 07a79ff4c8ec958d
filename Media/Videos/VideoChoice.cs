namespace ReelBallers.Media;

/// <summary>Chooses the picture and the sound of a file, by what ffprobe says of its streams.</summary>
internal static class VideoChoice
{
    private static readonly string[] ImageBrands =
        ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"];

    /// <returns>The first that moves and that can be known, or what is wrong with the file.</returns>
    public static (ProbeStream? Video, string? Problem) Of(ProbeReport report)
    {
        if (ImageBrands.Contains(report.Format.Tags.MajorBrand?.Trim()))
        {
            return (null, "it is an image");
        }

        // Cover pictures are streams as well.
        var videos = report.Streams
            .Where(stream => stream.CodecType == "video" && stream.Disposition is { AttachedPic: 0, TimedThumbnails: 0 })
            .ToArray();
        return Array.Find(videos, stream => stream is { HasKnownCodec: true, IsEncrypted: false }) switch
        {
            { } video when DisplaySize.Problem(DisplaySize.Of(video)) is { } problem => (null, $"its {problem}"),
            { } video when video.SideDataList.Any(data => data.DvProfile == 5) =>
                (null, "it is Dolby Vision profile 5, which has no picture for other screens"),
            { } video => (video, null),
            null when Array.Exists(videos, stream => stream.IsEncrypted) => (null, "it is encrypted (DRM)"),
            null when videos.Length > 0 => (null, "its format is not supported"),
            null when report.Streams.Any(stream => stream.CodecType == "audio") => (null, "it has only sound"),
            null => (null, "it has no picture"),
        };
    }

    /// <summary>The first sound that can be known.</summary>
    public static ProbeStream? AudioOf(ProbeReport report) => report.Streams.FirstOrDefault(
        stream => stream is { CodecType: "audio", HasKnownCodec: true, IsEncrypted: false, Channels: > 0 });

    public static VideoFacts Facts(ProbeReport report, ProbeStream video, ProbeStream? audio, double seconds, FrameRate rate)
    {
        var size = DisplaySize.Of(video);
        return new VideoFacts(
            report.Format.Container, Math.Round(seconds, 3), size.Width, size.Height, DisplaySize.Rotation(video),
            Math.Round(rate.PerSecond, 3), video.CodecName!, audio?.CodecName, audio?.Channels ?? 0);
    }
}
