namespace ReelBallers.Worker.Tests;

/// <summary>What goes through the pipes to and from ffmpeg: each picture with its time.</summary>
public sealed class NutTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(321, 181)]
    public async Task Pictures_and_times_are_the_same_after_ffmpeg_has_copied_them(int width, int height)
    {
        var size = new FrameSize(width, height);
        // Short and long steps, past what the lower bits of a time can say.
        long[] times = [0, 1, 3003, 90_000, 90_128, 10_000_000, 9_000_000_000];
        using var written = new MemoryStream();
        var writer = new NutWriter(written, size, FrameRate.Of(25));
        await writer.WriteHeadersAsync(CancellationToken.None);
        foreach (var (index, time) in times.Index())
        {
            await writer.WriteAsync(time, Picture(size, index), CancellationToken.None);
        }

        foreach (var bytes in new[] { written.ToArray(), await CopyAsync(written.ToArray()) })
        {
            var reader = new NutReader(new MemoryStream(bytes));
            var picture = new byte[width * height * 3];
            foreach (var (index, time) in times.Index())
            {
                Assert.Equal(time, await reader.ReadAsync(picture, CancellationToken.None));
                Assert.Equal(Picture(size, index), picture);
            }

            Assert.Null(await reader.ReadAsync(picture, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_picture_that_is_cut_off_is_no_picture()
    {
        using var written = new MemoryStream();
        var writer = new NutWriter(written, new FrameSize(16, 16), FrameRate.Of(25));
        await writer.WriteHeadersAsync(CancellationToken.None);
        await writer.WriteAsync(0, new byte[768], CancellationToken.None);
        var reader = new NutReader(new MemoryStream(written.ToArray()[..^1]));
        Assert.Null(await reader.ReadAsync(new byte[768], CancellationToken.None));
    }

    [Fact]
    public async Task A_picture_of_another_size_is_noticed()
    {
        using var written = new MemoryStream();
        var writer = new NutWriter(written, new FrameSize(16, 16), FrameRate.Of(25));
        await writer.WriteHeadersAsync(CancellationToken.None);
        await writer.WriteAsync(0, new byte[768], CancellationToken.None);
        var reader = new NutReader(new MemoryStream(written.ToArray()));
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(new byte[700], CancellationToken.None));
    }

    /// <summary>Every second one begins as the headers that ffmpeg leaves out of small frames.</summary>
    private static byte[] Picture(FrameSize size, int index)
    {
        var picture = Noise.Picture(size, index);
        if (index % 2 == 0)
        {
            new byte[] { 0, 0, 1, 0xB6 }.CopyTo(picture, 0);
        }

        return picture;
    }

    private static Task<byte[]> CopyAsync(byte[] file) =>
        FfmpegPipe.RunAsync(file, "-copyts", "-f", "nut", "-i", "pipe:0", "-c", "copy", "-f", "nut", "pipe:1");
}
