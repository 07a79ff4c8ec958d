namespace ReelBallers.Worker.Tests;

public sealed class VideoInfoTests
{
    [Fact]
    public void A_turned_picture_has_the_size_in_which_it_is_shown()
    {
        var info = VideoInfo.Read("""
            Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'source':
              Metadata:
                title           : x
                                :   Duration: 00:00:00.10
              Duration: 01:02:03.50, start: 0.000000, bitrate: 219 kb/s
              Stream #0:0[0x1](und): Video: h264 (avc1 / 0x31637661), yuv420p(progressive), 1920x1080 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr
                Side data:
                  displaymatrix: rotation of 90.00 degrees
            Output #0, null, to 'pipe:':
              Stream #0:0(und): Video: wrapped_avframe, yuv420p(tv, bt709, progressive), 1080x1920 [SAR 1:1 DAR 9:16], q=2-31, 200 kb/s, 29.97 fps, 29.97 tbn (default)
            """);
        Assert.Equal(new VideoInfo(new FrameSize(1080, 1920), false, 29.97, 3723.5), info);
    }

    [Fact]
    public void Odd_pixels_are_made_square()
    {
        var info = VideoInfo.Read("""
            Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'source':
              Duration: N/A, start: 0.000000, bitrate: N/A
            Output #0, null, to 'pipe:':
                Stream #0:0: Video: wrapped_avframe, yuv420p, 720x576 [SAR 16:11 DAR 20:11], q=2-31, 200 kb/s, 25 fps, 25 tbn
            """);
        Assert.Equal(new VideoInfo(new FrameSize(1048, 576), true, 25, null), info);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Input #0, png_pipe, from 'source':\n  Stream #0:0: Video: png, rgb24, 64x64, 25 fps")]
    [InlineData("\nOutput #0, null, to 'pipe:':\n  Stream #0:0: Video: wrapped_avframe, yuv420p, 64x2, 25 fps")]
    public void No_usable_picture_is_no_video(string report) => Assert.Null(VideoInfo.Read(report));
}
