namespace ReelBallers.Worker.Tests;

/// <summary>The expectations of which the corpus is made.</summary>
internal static class Expect
{
    /// <summary>The corners of a picture that fills the frame: above left and right, below left and right.</summary>
    public static readonly (int X, int Y)[] Corners = [(200, 180), (1080, 180), (200, 540), (1080, 540)];

    // BT.709, limited range: luma, blue difference, red difference.
    private static readonly (string Place, double Y, double U, double V)[] QuarterMeans =
    [
        ("300:200:100:50", 63, 102, 240), ("300:200:800:50", 173, 42, 26), ("300:200:100:450", 32, 240, 118),
        ("300:200:800:450", 235, 128, 128),
    ];

    /// <summary>What each result says of its colours.</summary>
    public static Expectation ColorTags() => Fact(facts => Assert.Equal("tv bt709 bt709 bt709 yuv420p", facts.Colors));

    public static Expectation Frames(int count, int missing = 0, int more = 0) =>
        Fact(facts => Assert.InRange(facts.Frames, count - missing, count + more));

    public static Expectation Lasts(double seconds, double tolerance = 0.1) =>
        Fact(facts => Assert.InRange(facts.Duration, seconds - tolerance, seconds + tolerance));

    public static Expectation Rate(string rate) => Fact(facts => Assert.Equal(rate, facts.FrameRate));

    /// <summary>The frame with this number, which may count from the end, is shown at this time.</summary>
    public static Expectation FrameAt(Index number, double seconds, double tolerance) =>
        async result => Assert.Equal(seconds, (await result.Facts.TimesAsync())[number], tolerance);

    /// <summary>Each frame is shown when it was.</summary>
    public static Expectation SameTimes() => async result =>
    {
        var before = await (await ClipFacts.OfAsync(result.Source)).TimesAsync();
        var after = await result.Facts.TimesAsync();
        Assert.Equal(before.Length, after.Length);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 0.0015));
    };

    public static Expectation Streams(params string[] types) => Fact(facts => Assert.Equal(types, facts.Streams));

    public static Expectation NoSound() => Streams("video");

    public static Expectation Sound(int? channels = null) => Fact(facts =>
    {
        Assert.Equal(["video", "audio"], facts.Streams);
        Assert.Equal("aac", facts.Audio!.Value.GetProperty("codec_name").GetString());
        if (channels is { } count)
        {
            Assert.Equal(count, facts.Audio!.Value.GetProperty("channels").GetInt32());
        }
    });

    public static Expectation Loud(double from, double to, double decibels = -30) =>
        async result => Assert.True(await result.Facts.LoudestAsync(from, to) > decibels);

    public static Expectation Silent(double from, double to) =>
        async result => Assert.True(await result.Facts.LoudestAsync(from, to) < -60);

    /// <summary>The plain colours of pixels of a frame, as <c>red lime</c>.</summary>
    public static Expectation Pixels(string colors, params (int X, int Y)[] places) => PixelsAt(0, colors, places);

    /// <inheritdoc cref="Pixels"/>
    public static Expectation PixelsAt(double seconds, string colors, params (int X, int Y)[] places) => async result =>
    {
        var frame = await result.FrameAsync(seconds);
        Assert.Equal(colors, string.Join(' ', places.Select(at => frame.ColorAt(at.X, at.Y))));
    };

    /// <summary>The mean of luma, blue and red difference of a rectangle (<c>w:h:x:y</c>) of the first frame, as stored.</summary>
    public static Expectation Mean(string place, double y, double u, double v, double tolerance, double? chroma = null) => async result =>
    {
        var (luma, blue, red) = await result.Facts.MeansAsync(place);
        Assert.True(
            Math.Abs(luma - y) <= tolerance && Math.Abs(blue - u) <= (chroma ?? tolerance) && Math.Abs(red - v) <= (chroma ?? tolerance),
            $"{place} is {luma:0.0} {blue:0.0} {red:0.0} and should be {y} {u} {v}");
    };

    /// <summary>Red and lime above, blue and white below, in the right matrix and range.</summary>
    public static Expectation Quarters(double tolerance) => All(
        [ColorTags(), .. QuarterMeans.Select(quarter => Mean(quarter.Place, quarter.Y, quarter.U, quarter.V, tolerance))]);

    /// <summary>No frame is interlaced, nor says so.</summary>
    public static Expectation Progressive(int frames) => async result =>
    {
        var (interlaced, progressive) = await result.Facts.InterlacingAsync();
        Assert.Equal(0, interlaced);
        Assert.True(progressive > frames / 2);
        Assert.Equal("progressive", result.Facts.Video!.Value.GetProperty("field_order").GetString());
    };

    public static Expectation All(params Expectation[] expectations) => async result =>
    {
        foreach (var expectation in expectations)
        {
            await expectation(result);
        }
    };

    private static Expectation Fact(Action<ClipFacts> check) => result =>
    {
        check(result.Facts);
        return Task.CompletedTask;
    };
}
