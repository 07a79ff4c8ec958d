namespace ReelBallers.Worker.Tests;

/// <summary>The picture is shown as a player shows it, whatever way it is stored.</summary>
internal static class VideoShapes
{
    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        Turned(1, 0, 0, 1, "red lime blue white"),
        Turned(0, 1, -1, 0, "blue red white lime"),
        Turned(-1, 0, 0, -1, "white blue lime red"),
        Turned(0, -1, 1, 0, "lime white red blue"),
        Turned(-1, 0, 0, 1, "lime red white blue"),
        Turned(1, 0, 0, -1, "blue white red lime"),
        Turned(0, 1, 1, 0, "red blue lime white"),
        Turned(0, -1, -1, 0, "white lime blue red"),
        // Crops count in the pixels that are shown.
        new("quarters.mp4", Expect.Pixels("lime", (640, 360)))
        {
            Case = "turned and cropped",
            Change = file => Mp4Patch.Turn(file, 0, 1, -1, 0),
            Work = Crop(100, 180, 64, 36),
        },
        // A recording that changes its size keeps its proportions.
        new("turned.ts",
            Expect.PixelsAt(0.5, "red", (100, 100)),
            Expect.PixelsAt(1.5, "black lime black", (400, 360), (640, 360), (880, 360))),
        new("odd.mkv", Expect.Pixels("red white", (200, 180), (1080, 540))),
        new("odd.mkv", Expect.Pixels("lime", (640, 360))) { Case = "cropped", Work = Crop(161, 0, 160, 90) },
        // 512x180 is shown as 1280x450, with bars above and below.
        new("anamorphic.mp4", Expect.Pixels("black red white black", (200, 60), (200, 200), (1080, 520), (200, 660))),
        // Stretched before it is turned: 180x512 is shown as 254x720.
        new("anamorphic.mp4", Expect.Pixels("black blue lime black", (480, 180), (560, 180), (720, 540), (800, 540)))
        {
            Case = "turned",
            Change = file => Mp4Patch.Turn(file, 0, 1, -1, 0),
        },
    ];

    private static CorpusVideo Turned(int a, int b, int c, int d, string colors)
    {
        // On its side, 180x320 is shown as 404x720 in the middle.
        var isOnItsSide = a == 0;
        var places = isOnItsSide ? [(540, 180), (740, 180), (540, 540), (740, 540)] : Expect.Corners;
        return new("quarters.mp4", Expect.Pixels(colors, places), Expect.Pixels(isOnItsSide ? "black" : colors.Split(' ')[0], (100, 180)))
        {
            Case = $"with the matrix {a} {b} {c} {d}",
            Change = file => Mp4Patch.Turn(file, a, b, c, d),
        };
    }

    private static object Crop(int x, int y, int width, int height) =>
        new { crop_keyframes = new[] { new { time = 0, x, y, width, height } } };
}
