using System.Globalization;

namespace ReelBallers.Worker.Tests;

/// <summary>An ffprobe that a hostile file has taken over, or that does not work: scripts stand in for it.</summary>
public sealed class HostileProbeTests : IDisposable
{
    private const string Report = """
        {"streams":[{"index":0,"codec_type":"video","codec_name":"h264","width":640,"height":360,"avg_frame_rate":"30/1","duration":"2.0"}],
        "format":{"format_name":"mov,mp4","duration":"2.0"}}
        """;

    private static readonly RemoteVideoLimits Limits = new(TimeSpan.FromMinutes(2), 400L << 20, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("ffprobe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_stand_in_is_believed()
    {
        var reading = Assert.IsType<VideoReading.Video>(await ReadAsync($"echo '{Report}'"));
        Assert.Equal((2, 640, 360), (reading.Facts.DurationSeconds, reading.Facts.Width, reading.Facts.Height));
    }

    [Fact]
    public async Task It_knows_nothing_of_the_environment()
    {
        const string Secret = "REELBALLERS_TEST_SECRET";
        Environment.SetEnvironmentVariable(Secret, "secret");
        try
        {
            Assert.IsType<VideoReading.Video>(await ReadAsync($"[ -z \"${Secret}\" ] && echo '{Report}'"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }

    [Fact]
    public async Task It_writes_no_file()
    {
        var file = Path.Combine(_folder, "written");
        await ReadAsync($"echo text > {file}; echo '{Report}'");
        Assert.True(!File.Exists(file) || new FileInfo(file).Length == 0);
    }

    [Fact]
    public async Task Its_memory_is_limited()
    {
        // Twice what it may have; it would print the report if it got it.
        var big = "x=$(head -c 800000000 /dev/zero | tr '\\0' x)";
        Assert.IsType<VideoReading.NotAVideo>(await ReadAsync($"{big} && [ ${{#x}} = 800000000 ] && echo '{Report}'"));
    }

    [Fact]
    public async Task Its_time_is_limited_and_it_is_gone_afterwards()
    {
        // It may make files, but not write into them: its number becomes a name.
        var script = $"touch {_folder}/pid.$$; while :; do :; done";
        var failure = await Assert.ThrowsAsync<VideoUnreadException>(
            () => ReadAsync(script, Limits with { Time = TimeSpan.FromSeconds(2) }));
        Assert.Equal("not within 2 s", failure.Message);
        var started = Directory.GetFiles(_folder, "pid.*").Single();
        Assert.False(Directory.Exists($"/proc/{Path.GetExtension(started)[1..]}"));
    }

    [Fact]
    public async Task Those_that_wait_for_others_have_the_same_time_and_then_an_outage()
    {
        using var videos = RemoteVideosTests.Videos(
            Script($"touch {_folder}/started.$$; while :; do :; done"), Limits with { Time = TimeSpan.FromSeconds(3) });
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            Assert.ThrowsAsync<VideoUnreadException>(() => ReadAsync(videos))));
        Assert.All(both, failure => Assert.Equal("not within 3 s", failure.Message));
        Assert.Single(Directory.GetFiles(_folder, "started.*"));
    }

    [Fact]
    public async Task Endless_output_is_no_video()
    {
        Assert.IsType<VideoReading.NotAVideo>(await ReadAsync("yes '{' | head -c 50000000"));
    }

    [Theory]
    [InlineData("kill -SEGV $$")]
    [InlineData("kill -ABRT $$")]
    public async Task A_file_that_makes_it_crash_is_no_video(string script) =>
        Assert.IsType<VideoReading.NotAVideo>(await ReadAsync(script));

    [Theory]
    [InlineData("kill -KILL $$", "ffprobe was killed")]
    [InlineData("exec /nowhere/ffprobe", "ffprobe does not start")]
    [InlineData("echo '{\"error\":{\"code\":-5}}'; exit 1", "ffprobe ended with the error -5")]
    [InlineData(
        "echo '[tls @ 0x1] certificate' >&2; echo '{\"error\":{\"code\":-1094995529}}'; exit 1", "the connection to the storage broke")]
    public async Task A_machine_that_does_not_work_is_an_outage(string script, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<VideoUnreadException>(() => ReadAsync(script))).Message);

    [Fact]
    public async Task One_that_is_missing_is_an_outage()
    {
        using var videos = RemoteVideosTests.Videos(Path.Combine(_folder, "missing"), Limits);
        var failure = await Assert.ThrowsAsync<VideoUnreadException>(() => ReadAsync(videos));
        Assert.Contains("ffprobe of this machine does not run", failure.Message, StringComparison.Ordinal);
    }

    private async Task<VideoReading> ReadAsync(string script, RemoteVideoLimits? limits = null)
    {
        using var videos = RemoteVideosTests.Videos(Script(script), limits ?? Limits);
        return await ReadAsync(videos);
    }

    private static Task<VideoReading> ReadAsync(RemoteVideos videos) =>
        videos.ReadAsync(new Uri("http://127.0.0.1:1/video"), (_, _) => Task.FromResult<byte[]>([]), CancellationToken.None);

    /// <summary>A program that says that it is an ffprobe, and runs the script when it is asked about a file.</summary>
    private string Script(string script)
    {
        var path = Path.Combine(_folder, $"ffprobe{Directory.GetFiles(_folder).Length.ToString(CultureInfo.InvariantCulture)}");
        File.WriteAllText(path, $"""
            #!/bin/sh
            case "$*" in
            *-version*) printf '%s\n' 'ffprobe version 7.0' 'libavutil      59.  8.100 / 59.  8.100' ;;
            *protocol=http*) echo ;;
            *localhost:1/*) exit 1 ;;
            *) {script} ;;
            esac
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
