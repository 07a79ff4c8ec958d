namespace ReelBallers.Worker.Tests;

/// <summary>More kinds that phones, cameras, browsers and editing programs make: all frames and the whole length are there.</summary>
internal static class EverydayVideos
{
    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        new("negative-clock.mp4", Whole(13, 0.5), Expect.Sound()),
        new("negative-decode.mkv", Whole(25, 1), Expect.Sound()),
        new("negative-offsets.mp4", Whole(25, 1), Expect.NoSound()),
        // Only picture and sound are in the result.
        new("timecode.mov", Whole(25, 1), Expect.Sound()),
        new("subtitles.mkv", Whole(25, 1), Expect.NoSound()),
        new("surround.mkv", Whole(25, 1), Expect.Sound(channels: 2), Expect.Loud(0.2, 0.8, -35)),
        new("opus.webm", Whole(25, 1), Expect.Sound()),
        new("phone.3gp", Whole(15, 1), Expect.Sound(channels: 1), Expect.Loud(0.2, 0.8, -35)),
        new("smallest.mp4", Whole(25, 1), Expect.NoSound()),
        new("pause.mp4", Whole(50, 3), Expect.NoSound(), Expect.FrameAt(24, 0.96, 0.01), Expect.FrameAt(25, 2, 0.01)),
        new("upright.mp4", Expect.Pixels("black red black", (400, 360), (640, 360), (880, 360))),
        // It begins with the first picture that can be decoded, 1.4 s after its sound.
        new("open-start.ts", Expect.Frames(25), Expect.FrameAt(0, 1.4, 0.05), Expect.Lasts(2.4)),
    ];

    private static Expectation Whole(int frames, double seconds) =>
        Expect.All(Expect.Frames(frames, missing: 1, more: 1), Expect.Lasts(seconds, 0.08));
}
