namespace ReelBallers.Worker.Tests;

/// <summary>The picture is shown as a player shows it, whatever way it is stored.</summary>
public sealed class VideoShapeTests : CorpusTest
{
    [Theory]
    [InlineData(1, 0, 0, 1, "red lime blue white")]
    [InlineData(0, 1, -1, 0, "blue red white lime")]
    [InlineData(-1, 0, 0, -1, "white blue lime red")]
    [InlineData(0, -1, 1, 0, "lime white red blue")]
    [InlineData(-1, 0, 0, 1, "lime red white blue")]
    [InlineData(1, 0, 0, -1, "blue white red lime")]
    [InlineData(0, 1, 1, 0, "red blue lime white")]
    [InlineData(0, -1, -1, 0, "white lime blue red")]
    public async Task A_turned_or_mirrored_picture_is_upright(int a, int b, int c, int d, string colors)
    {
        async Task<byte[]> TurnedAsync() => Mp4Patch.Turn(await CorpusFiles.ReadAsync("quarters.mp4"), a, b, c, d);
        var frame = await FrameAsync(TurnedAsync());
        // On its side, 180x320 is shown as 404x720 in the middle.
        var isOnItsSide = a == 0;
        var (left, right) = isOnItsSide ? (540, 740) : (200, 1080);
        (int X, int Y)[] places = [(left, 180), (right, 180), (left, 540), (right, 540)];
        Assert.Equal(colors, string.Join(' ', places.Select(at => frame.ColorAt(at.X, at.Y))));
        Assert.Equal(isOnItsSide ? "black" : frame.ColorAt(left, 180), frame.ColorAt(100, 180));
    }

    [Fact]
    public async Task A_turned_picture_is_cropped_in_the_pixels_that_are_shown()
    {
        static async Task<byte[]> TurnedAsync() => Mp4Patch.Turn(await CorpusFiles.ReadAsync("quarters.mp4"), 0, 1, -1, 0);
        var frame = await FrameAsync(
            TurnedAsync(), new { crop_keyframes = new[] { new { time = 0, x = 100, y = 180, width = 64, height = 36 } } });
        Assert.Equal("lime", frame.ColorAt(640, 360));
    }

    [Fact]
    public async Task A_recording_that_changes_its_size_keeps_its_proportions()
    {
        var frame = await FrameAsync(CorpusFiles.ReadAsync("turned.ts"), seconds: 1.5);
        Assert.Equal(["black", "lime", "black"], [frame.ColorAt(400, 360), frame.ColorAt(640, 360), frame.ColorAt(880, 360)]);
        Assert.Equal("red", (await FrameAsync(CorpusFiles.ReadAsync("turned.ts"), seconds: 0.5)).ColorAt(100, 100));
    }

    [Fact]
    public async Task Odd_sides_are_no_problem()
    {
        var frame = await FrameAsync(CorpusFiles.ReadAsync("odd.mkv"));
        Assert.Equal(["red", "white"], [frame.ColorAt(200, 180), frame.ColorAt(1080, 540)]);
        var cropped = await FrameAsync(
            CorpusFiles.ReadAsync("odd.mkv"),
            new { crop_keyframes = new[] { new { time = 0, x = 161, y = 0, width = 160, height = 90 } } });
        Assert.Equal("lime", cropped.ColorAt(640, 360));
    }

    [Fact]
    public async Task Pixels_that_are_not_square_are_stretched()
    {
        var frame = await FrameAsync(CorpusFiles.ReadAsync("anamorphic.mp4"));
        // 512x180 is shown as 1280x450, with bars above and below.
        Assert.Equal(
            ["black", "red", "white", "black"],
            [frame.ColorAt(200, 60), frame.ColorAt(200, 200), frame.ColorAt(1080, 520), frame.ColorAt(200, 660)]);
    }

    [Fact]
    public async Task Pixels_that_are_not_square_are_stretched_before_the_picture_is_turned()
    {
        static async Task<byte[]> TurnedAsync() => Mp4Patch.Turn(await CorpusFiles.ReadAsync("anamorphic.mp4"), 0, 1, -1, 0);
        var frame = await FrameAsync(TurnedAsync());
        // 180x512 is shown as 254x720.
        Assert.Equal(
            ["black", "blue", "lime", "black"],
            [frame.ColorAt(480, 180), frame.ColorAt(560, 180), frame.ColorAt(720, 540), frame.ColorAt(800, 540)]);
    }
}
