namespace ReelBallers.Worker.Tests;

/// <summary>Each result is BT.709 in 8 bits and limited range, says so, and has the colours of its source.</summary>
public sealed class VideoColorTests : CorpusTest
{
    private const string Tags = "tv bt709 bt709 bt709 yuv420p";

    // BT.709, limited range: luma, blue difference, red difference.
    private static readonly (double Y, double U, double V)[] Quarters = [(63, 102, 240), (173, 42, 26), (32, 240, 118), (235, 128, 128)];

    /// <summary>Ten bits of a wide range are coarse for pure colours, but not for white.</summary>
    [Theory]
    [InlineData("pq.mov")]
    [InlineData("hlg.mov")]
    [InlineData("wide.mov")]
    [InlineData("pq.webm")]
    public async Task A_wide_range_is_brought_to_that_of_usual_screens(string name)
    {
        var result = await WorkOnAsync(name);
        await HasQuartersAsync(result, 14);
        var (y, u, v) = await result.MeansAsync("300:200:800:450");
        Assert.InRange(y, 232, 236);
        Assert.InRange(u, 127, 129);
        Assert.InRange(v, 127, 129);
    }

    [Theory]
    [InlineData("sd-tagged.mp4")]
    [InlineData("sd-untagged.mp4")]
    [InlineData("hd-untagged.mp4")]
    [InlineData("full-range.mp4")]
    [InlineData("rgb.mov")]
    [InlineData("prores.mov")]
    [InlineData("full-chroma.mkv")]
    [InlineData("jpeg.avi")]
    [InlineData("pal-tagged.mp4")]
    [InlineData("half-chroma.mov")]
    public async Task Red_green_blue_and_white_stay_what_they_are(string name)
    {
        await HasQuartersAsync(await WorkOnAsync(name), 3);
    }

    private static async Task HasQuartersAsync(ClipFacts result, double tolerance)
    {
        Assert.Equal(Tags, result.Colors);
        string[] places = ["300:200:100:50", "300:200:800:50", "300:200:100:450", "300:200:800:450"];
        foreach (var (place, expected) in places.Zip(Quarters))
        {
            var (y, u, v) = await result.MeansAsync(place);
            Assert.True(
                Math.Abs(y - expected.Y) <= tolerance && Math.Abs(u - expected.U) <= tolerance && Math.Abs(v - expected.V) <= tolerance,
                $"{place} is {y:0.0} {u:0.0} {v:0.0} and should be {expected}");
        }
    }

    [Fact]
    public async Task Half_transparent_white_lies_on_black()
    {
        var (y, u, v) = await (await WorkOnAsync("alpha.mov")).MeansAsync("300:200:100:100");
        Assert.InRange(y, 122, 130);
        Assert.InRange(u, 126, 130);
        Assert.InRange(v, 126, 130);
    }

    [Fact]
    public async Task A_source_without_colours_stays_grey()
    {
        var result = await WorkOnAsync("gray-scale.mkv");
        Assert.Equal(Tags, result.Colors);
        var (y, u, v) = await result.MeansAsync("300:200:100:100");
        Assert.InRange(y, 124, 128);
        Assert.InRange(u, 127, 129);
        Assert.InRange(v, 127, 129);
    }

    [Fact]
    public async Task Boxes_have_the_colours_that_were_asked_for()
    {
        string[] colors = ["#FF0000", "lime", "blue", "#808080"];
        var result = await WorkOnAsync("grey-709.mp4", new
        {
            overlay_layers = colors.Select(
                (color, i) => new { type = "box", x = 100 + (i * 300), y = 100, width = 200, height = 200, color }),
        });
        foreach (var (index, expected) in new[] { Quarters[0], Quarters[1], Quarters[2], (126, 128, 128) }.Index())
        {
            var (y, u, v) = await result.MeansAsync($"100:100:{150 + (index * 300)}:150");
            Assert.Equal(expected.Item1, y, 1.2);
            Assert.Equal(expected.Item2, u, 1.2);
            Assert.Equal(expected.Item3, v, 1.2);
        }

        var (around, _, _) = await result.MeansAsync("300:200:700:400");
        Assert.Equal(126, around, 1.2);
    }

    [Theory]
    [InlineData("interlaced.mp4", 50)]
    [InlineData("interlaced.ts", 50)]
    public async Task Interlaced_pictures_become_progressive_with_a_frame_of_each_field(string name, int frames)
    {
        var result = await WorkOnAsync(name);
        var (interlaced, progressive) = await result.InterlacingAsync();
        Assert.Equal(0, interlaced);
        Assert.True(progressive > frames / 2);
        Assert.InRange(result.Frames, frames - 3, frames + 1);
        Assert.Equal("progressive", result.Video!.Value.GetProperty("field_order").GetString());
    }
}
