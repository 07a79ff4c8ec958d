namespace ReelBallers.Worker.Tests;

/// <summary>The first real picture and the first sound that can be decoded, or none.</summary>
public sealed class VideoStreamTests : CorpusTest
{
    [Theory]
    [InlineData("vp9.webm")]
    [InlineData("av1.mp4")]
    [InlineData("hevc.mp4")]
    [InlineData("divx.avi")]
    [InlineData("program.mpg")]
    public async Task Usual_codecs_and_containers_are_read(string name) => Assert.InRange((await WorkOnAsync(name)).Frames, 9, 26);

    [Fact]
    public async Task The_first_of_several_pictures_is_taken() =>
        Assert.Equal("white", (await FrameAsync(CorpusFiles.ReadAsync("two-pictures.mp4"))).ColorAt(640, 360));

    [Fact]
    public async Task A_cover_picture_is_not_the_video()
    {
        static async Task<byte[]> CoverFirstAsync() => Mp4Patch.MoveCoverToFront(await CorpusFiles.ReadAsync("cover.mp4"));
        Assert.Equal("white", (await FrameAsync(CoverFirstAsync())).ColorAt(640, 360));
        Assert.Equal(25, (await WorkOnAsync(CoverFirstAsync())).Frames);
    }

    [Fact]
    public async Task The_first_of_several_sounds_is_taken() =>
        Assert.True(await (await WorkOnAsync("two-sounds.mp4")).LoudestAsync(0.1, 0.9) > -30);

    [Fact]
    public async Task A_sound_of_an_unknown_codec_is_passed_over()
    {
        static async Task<byte[]> UnknownFirstAsync() => Mp4Patch.ForgetFirstSound(await CorpusFiles.ReadAsync("two-sounds.mp4"));
        var result = await WorkOnAsync(UnknownFirstAsync());
        Assert.Equal("aac", result.Audio!.Value.GetProperty("codec_name").GetString());
        Assert.True(await result.LoudestAsync(0.1, 0.9) < -60);
    }

    [Fact]
    public async Task Without_a_sound_that_can_be_decoded_there_is_none()
    {
        static async Task<byte[]> OnlyUnknownAsync() => Mp4Patch.ForgetFirstSound(await CorpusFiles.ReadAsync("long-sound.mp4"));
        Assert.Null((await WorkOnAsync(OnlyUnknownAsync())).Audio);
        Assert.Null((await WorkOnAsync("mute.mp4")).Audio);
    }

    [Fact]
    public async Task Many_channels_of_unknown_purpose_become_stereo()
    {
        var result = await WorkOnAsync("many-channels.mov");
        Assert.Equal(2, result.Audio!.Value.GetProperty("channels").GetInt32());
        Assert.True(await result.LoudestAsync(0.1, 0.9) > -30);
    }
}
