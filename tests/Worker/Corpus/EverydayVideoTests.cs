namespace ReelBallers.Worker.Tests;

/// <summary>More kinds that phones, cameras, browsers and editing programs make.</summary>
public sealed class EverydayVideoTests : CorpusTest
{
    [Theory]
    [InlineData("negative-clock.mp4", 13, 0.5)]
    [InlineData("negative-decode.mkv", 25, 1)]
    [InlineData("negative-offsets.mp4", 25, 1)]
    [InlineData("timecode.mov", 25, 1)]
    [InlineData("subtitles.mkv", 25, 1)]
    [InlineData("surround.mkv", 25, 1)]
    [InlineData("opus.webm", 25, 1)]
    [InlineData("phone.3gp", 15, 1)]
    [InlineData("smallest.mp4", 25, 1)]
    [InlineData("pause.mp4", 50, 3)]
    public async Task All_frames_and_the_whole_length_are_there(string name, int frames, double seconds)
    {
        var result = await WorkOnAsync(name);
        Assert.InRange(result.Frames, frames - 1, frames + 1);
        Assert.InRange(result.Duration, seconds - 0.08, seconds + 0.08);
        Assert.Equal(name is not ("negative-offsets.mp4" or "subtitles.mkv" or "smallest.mp4" or "pause.mp4"), result.Audio is not null);
    }

    [Fact]
    public async Task Only_picture_and_sound_are_in_the_result()
    {
        Assert.Equal(["video", "audio"], (await WorkOnAsync("timecode.mov")).Streams);
        Assert.Equal(["video"], (await WorkOnAsync("subtitles.mkv")).Streams);
    }

    [Theory]
    [InlineData("surround.mkv", 2)]
    [InlineData("phone.3gp", 1)]
    public async Task Sound_is_stereo_at_most(string name, int channels)
    {
        var result = await WorkOnAsync(name);
        Assert.Equal(channels, result.Audio!.Value.GetProperty("channels").GetInt32());
        Assert.True(await result.LoudestAsync(0.2, 0.8) > -35);
    }

    [Fact]
    public async Task A_picture_that_pauses_keeps_the_times_of_its_frames()
    {
        var times = await (await WorkOnAsync("pause.mp4")).TimesAsync();
        Assert.Equal(0.96, times[24], 0.01);
        Assert.Equal(2, times[25], 0.01);
    }

    [Fact]
    public async Task An_upright_picture_stays_upright()
    {
        var frame = await FrameAsync(CorpusFiles.ReadAsync("upright.mp4"));
        Assert.Equal(["black", "red", "black"], [frame.ColorAt(400, 360), frame.ColorAt(640, 360), frame.ColorAt(880, 360)]);
    }

    [Fact]
    public async Task A_part_of_a_broadcast_begins_with_the_first_picture_that_can_be_decoded()
    {
        var result = await WorkOnAsync("open-start.ts");
        // The sound begins 1.4 s before it.
        Assert.Equal(25, result.Frames);
        Assert.Equal(1.4, (await result.TimesAsync())[0], 0.05);
        Assert.Equal(2.4, result.Duration, 0.1);
    }
}
