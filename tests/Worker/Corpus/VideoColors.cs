namespace ReelBallers.Worker.Tests;

/// <summary>Each result is BT.709 in 8 bits and limited range, says so, and has the colours of its source.</summary>
internal static class VideoColors
{
    private static readonly string[] Narrow =
    [
        "sd-tagged.mp4", "sd-untagged.mp4", "hd-untagged.mp4", "full-range.mp4", "rgb.mov", "prores.mov", "full-chroma.mkv", "jpeg.avi",
        "pal-tagged.mp4", "half-chroma.mov",
    ];

    // Ten bits of a wide range are coarse for pure colours, but not for white.
    private static readonly string[] Wide = ["pq.mov", "hlg.mov", "wide.mov", "pq.webm"];

    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        .. Narrow.Select(file => new CorpusVideo(file, Expect.Quarters(3))),
        .. Wide.Select(file => new CorpusVideo(file, Expect.Quarters(14), Expect.Mean("300:200:800:450", 234, 128, 128, 2, chroma: 1))),
        // Half transparent white lies on black.
        new("alpha.mov", Expect.Mean("300:200:100:100", 126, 128, 128, 4, chroma: 2)),
        new("gray-scale.mkv", Expect.ColorTags(), Expect.Mean("300:200:100:100", 126, 128, 128, 2, chroma: 1)),
        // Boxes have the colours that were asked for.
        new("grey-709.mp4",
            Box(0, 63, 102, 240), Box(1, 173, 42, 26), Box(2, 32, 240, 118), Box(3, 126, 128, 128),
            Expect.Mean("300:200:700:400", 126, 128, 128, 1.2))
        {
            Work = new
            {
                overlay_layers = new[] { "#FF0000", "lime", "blue", "#808080" }.Select(
                    (color, index) => new { type = "box", x = 100 + (index * 300), y = 100, width = 200, height = 200, color }),
            },
        },
        // With a frame of each field.
        new("interlaced.mp4", Expect.Progressive(50), Expect.Frames(50, missing: 3, more: 1)),
        new("interlaced.ts", Expect.Progressive(50), Expect.Frames(50, missing: 3, more: 1)),
    ];

    private static Expectation Box(int index, double y, double u, double v) =>
        Expect.Mean($"100:100:{150 + (index * 300)}:150", y, u, v, 1.2);
}
