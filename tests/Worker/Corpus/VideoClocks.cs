namespace ReelBallers.Worker.Tests;

/// <summary>Frames keep their times, whatever the container says of them.</summary>
internal static class VideoClocks
{
    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        // A browser's recording keeps its frames and its length.
        new("recorded.webm", Expect.Frames(108), Expect.Lasts(3)),
        new("irregular.mp4", Expect.SameTimes()),
        new("ntsc.mp4", Expect.SameTimes(), Expect.Rate("30000/1001")),
        new("mute.mp4", Expect.Rate("25/1"), Expect.NoSound()),
        // More than sixty frames a second become sixty.
        new("fast-120.mp4", Expect.Frames(60, missing: 1, more: 1), Expect.Lasts(1, 0.05)),
        new("fast-90.mp4", Expect.Frames(60, missing: 1, more: 1), Expect.Lasts(1, 0.05)),
        new("one-frame.mp4", Expect.Frames(1)),
        new("slides.mp4", Expect.Lasts(3)),
        new("edited.mp4", Expect.Lasts(1)),
        new("fragmented.mp4", Expect.Lasts(1)),
        new("late-clock.ts", Expect.Lasts(1)),
        new("late-clock.mkv", Expect.Lasts(1)),
        new("wrapped-clock.ts", Expect.Lasts(2)),
        new("long-sound.mp4", Expect.Lasts(2)),
        new("short-sound.mp4", Expect.Lasts(2)),
        // What begins later stays with what began before.
        new("late-picture.mp4", Expect.Lasts(1.5), Expect.FrameAt(0, 0.5, 0.05)),
        new("late-sound.mp4", Expect.Lasts(2), Expect.Silent(0, 0.9), Expect.Loud(1.1, 1.9)),
    ];
}
