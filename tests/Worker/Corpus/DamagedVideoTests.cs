namespace ReelBallers.Worker.Tests;

/// <summary>What is not whole, or no video, is refused in plain words.</summary>
public sealed class DamagedVideoTests : CorpusTest
{
    [Theory]
    [InlineData("cut-faststart.mp4")]
    [InlineData("cut.mkv")]
    [InlineData("cut.webm")]
    [InlineData("cut.avi")]
    [InlineData("zeros.mp4")]
    public async Task A_source_that_ends_early_is_refused_with_how_much_there_is(string name) => Assert.Matches(
        @"^the source is damaged: (it|its picture|its sound) ends after [0-3]\.[0-9] s of [24]\.[01] s$", await RefusalAsync(name));

    [Fact]
    public async Task A_source_without_its_index_is_refused() => Assert.Equal(
        "the source is damaged: it was cut off, and the part that is missing holds its index (moov)",
        await RefusalAsync("cut-index-last.mov"));

    [Fact]
    public async Task A_broadcast_claims_no_length_and_is_taken_as_long_as_it_is()
    {
        var result = await WorkOnAsync("cut.ts");
        Assert.InRange(result.Duration, 1, 3);
    }

    [Theory]
    [InlineData("moving.gif", "it is an image (GIF)")]
    [InlineData("picture.png", "it is an image (PNG)")]
    [InlineData("picture.webp", "it is an image (WebP)")]
    [InlineData("sound.mp4", "it has only sound")]
    public async Task What_is_no_video_is_refused_with_what_it_is(string name, string what) =>
        Assert.Equal($"the source is not a video that can be read: {what}", await RefusalAsync(name));
}
