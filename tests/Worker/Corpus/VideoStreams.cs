namespace ReelBallers.Worker.Tests;

/// <summary>The first real picture and the first sound that can be decoded, or none.</summary>
internal static class VideoStreams
{
    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        // Usual codecs and containers are read.
        .. new[] { "vp9.webm", "av1.mp4", "hevc.mp4", "divx.avi", "program.mpg" }
            .Select(file => new CorpusVideo(file, Expect.Frames(25, missing: 16, more: 1))),
        new("two-pictures.mp4", Expect.Pixels("white", (640, 360))),
        new("cover.mp4", Expect.Pixels("white", (640, 360)), Expect.Frames(25)) { Change = Mp4Patch.MoveCoverToFront },
        new("two-sounds.mp4", Expect.Sound(), Expect.Loud(0.1, 0.9)),
        new("two-sounds.mp4", Expect.Sound(), Expect.Silent(0.1, 0.9)) { Case = "first unknown", Change = Mp4Patch.ForgetFirstSound },
        new("long-sound.mp4", Expect.NoSound()) { Case = "unknown", Change = Mp4Patch.ForgetFirstSound },
        // Channels of unknown purpose become stereo.
        new("many-channels.mov", Expect.Sound(channels: 2), Expect.Loud(0.1, 0.9)),
    ];
}
