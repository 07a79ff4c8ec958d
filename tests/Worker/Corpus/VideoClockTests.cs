namespace ReelBallers.Worker.Tests;

/// <summary>Frames keep their times, whatever the container says of them.</summary>
public sealed class VideoClockTests : CorpusTest
{
    [Fact]
    public async Task A_recording_of_a_browser_keeps_its_frames_and_its_length()
    {
        var result = await WorkOnAsync("recorded.webm");
        Assert.Equal(108, result.Frames);
        Assert.InRange(result.Duration, 2.9, 3.1);
    }

    [Theory]
    [InlineData("irregular.mp4")]
    [InlineData("ntsc.mp4")]
    public async Task Each_frame_keeps_its_time(string name)
    {
        var before = await (await ClipFacts.OfAsync(await CorpusFiles.ReadAsync(name))).TimesAsync();
        var after = await (await WorkOnAsync(name)).TimesAsync();
        Assert.Equal(before.Length, after.Length);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 0.0015));
    }

    [Theory]
    [InlineData("fast-120.mp4")]
    [InlineData("fast-90.mp4")]
    public async Task More_than_sixty_frames_a_second_become_sixty(string name)
    {
        var result = await WorkOnAsync(name);
        Assert.InRange(result.Frames, 59, 61);
        Assert.InRange(result.Duration, 0.95, 1.05);
    }

    [Theory]
    [InlineData("ntsc.mp4", "30000/1001")]
    [InlineData("mute.mp4", "25/1")]
    public async Task A_steady_rate_stays_exact(string name, string rate)
    {
        Assert.Equal(rate, (await WorkOnAsync(name)).FrameRate);
        Assert.Equal(rate == "25/1" ? 25 : 29.97, Manifest.FrameRate);
    }

    [Fact]
    public async Task One_frame_is_a_video() => Assert.Equal(1, (await WorkOnAsync("one-frame.mp4")).Frames);

    [Theory]
    [InlineData("slides.mp4", 3)]
    [InlineData("edited.mp4", 1)]
    [InlineData("fragmented.mp4", 1)]
    [InlineData("late-clock.ts", 1)]
    [InlineData("late-clock.mkv", 1)]
    [InlineData("wrapped-clock.ts", 2)]
    [InlineData("long-sound.mp4", 2)]
    [InlineData("short-sound.mp4", 2)]
    [InlineData("late-picture.mp4", 1.5)]
    [InlineData("late-sound.mp4", 2)]
    public async Task The_result_is_as_long_as_the_source(string name, double seconds) =>
        Assert.InRange((await WorkOnAsync(name)).Duration, seconds - 0.1, seconds + 0.1);

    [Fact]
    public async Task Sound_that_begins_later_stays_with_its_picture()
    {
        var result = await WorkOnAsync("late-sound.mp4");
        Assert.True(await result.LoudestAsync(0, 0.9) < -60);
        Assert.True(await result.LoudestAsync(1.1, 1.9) > -30);
    }

    [Fact]
    public async Task A_picture_that_begins_later_stays_with_its_sound() =>
        Assert.Equal(0.5, (await (await WorkOnAsync("late-picture.mp4")).TimesAsync())[0], 0.05);
}
