using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>Videos are looked at where they lie, within limits, and an outage is never a broken video.</summary>
public sealed class RemoteVideosTests : IAsyncLifetime
{
    private static readonly RemoteVideoLimits Limits = new(TimeSpan.FromMinutes(2), 1024L << 20, 4);

    private readonly RemoteVideos _videos = Videos(null, Limits);
    private VideoServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await VideoServer.StartAsync([]);

    public async ValueTask DisposeAsync()
    {
        _videos.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("recorded.webm")]
    [InlineData("irregular.mp4")]
    [InlineData("fast-120.mp4")]
    [InlineData("ntsc.mp4")]
    [InlineData("one-frame.mp4")]
    [InlineData("slides.mp4")]
    [InlineData("edited.mp4")]
    [InlineData("fragmented.mp4")]
    [InlineData("late-clock.mkv")]
    [InlineData("late-sound.mp4")]
    [InlineData("late-picture.mp4")]
    [InlineData("long-sound.mp4")]
    [InlineData("short-sound.mp4")]
    [InlineData("interlaced.mp4")]
    [InlineData("vp9.webm")]
    [InlineData("two-pictures.mp4")]
    [InlineData("many-channels.mov")]
    [InlineData("anamorphic.mp4")]
    [InlineData("odd.mkv")]
    [InlineData("quarters.mp4")]
    public async Task The_facts_are_what_the_worker_finds(string name)
    {
        _server.Video = await CorpusFiles.ReadAsync(name);
        var facts = await FactsAsync();
        var source = await WorkersAsync(_server.Video);
        // The worker accepts half a second more than was paid for.
        Assert.InRange(facts.DurationSeconds, source.Duration - 0.1, source.Duration + 0.1);
        Assert.Equal((source.Size.Width, source.Size.Height), (facts.Width, facts.Height));
        Assert.InRange(facts.FrameRate, source.Rate.PerSecond * 0.9, source.Rate.PerSecond * 1.1);
        Assert.Equal(source.Video.CodecName, facts.VideoCodec);
        Assert.Equal(source.Audio?.CodecName, facts.AudioCodec);
    }

    [Theory]
    [InlineData(-1, 0, 0, 1, 0)]
    [InlineData(0, 1, -1, 0, 90)]
    [InlineData(-1, 0, 0, -1, 180)]
    [InlineData(0, -1, 1, 0, 270)]
    public async Task A_turned_picture_is_measured_as_it_is_shown(int a, int b, int c, int d, int rotation)
    {
        _server.Video = Mp4Patch.Turn(await CorpusFiles.ReadAsync("quarters.mp4"), a, b, c, d);
        var facts = await FactsAsync();
        var source = await WorkersAsync(_server.Video);
        Assert.Equal((source.Size.Width, source.Size.Height), (facts.Width, facts.Height));
        // A mirrored picture is not turned, whatever ffprobe calls it.
        if (a * d - b * c > 0)
        {
            Assert.Equal(rotation, facts.Rotation);
        }
    }

    [Fact]
    public async Task A_recording_without_a_duration_is_measured_by_its_end_and_not_read_as_a_whole()
    {
        _server.Video = SampleBytes.Matroska(100_000, seconds: 9, saysDuration: false);
        var reads = 0;
        var reading = await _videos.ReadAsync(
            _server.Url,
            (length, token) =>
            {
                reads++;
                return _server.ReadEndAsync(length, token);
            },
            CancellationToken.None);
        Assert.Equal(9, Assert.IsType<VideoReading.Video>(reading).Facts.DurationSeconds, 0.1);
        Assert.Equal((1, 1), (reads, _server.Requests));
    }

    [Fact]
    public async Task One_whose_end_says_nothing_is_measured_by_its_packets()
    {
        _server.Video = [.. SampleBytes.Matroska(100_000, seconds: 9, saysDuration: false), 0, 0, 0];
        Assert.Equal(9, (await FactsAsync()).DurationSeconds, 0.1);
        Assert.Equal(2, _server.Requests);
    }

    [Theory]
    [InlineData("sound.mp4", "it has only sound")]
    [InlineData("cut-index-last.mov", "it was cut off, and the part that is missing holds its index (moov)")]
    public async Task What_is_no_video_is_said_in_plain_words(string name, string reason)
    {
        _server.Video = await CorpusFiles.ReadAsync(name);
        Assert.Equal(reason, Assert.IsType<VideoReading.NotAVideo>(await ReadAsync()).Reason);
    }

    [Fact]
    public async Task Noise_is_no_video_and_no_playlist_is_opened()
    {
        _server.Video = new byte[5000];
        Assert.IsType<VideoReading.NotAVideo>(await ReadAsync());
        var playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
            + $"{_server.Url.GetLeftPart(UriPartial.Authority)}/other\n#EXT-X-ENDLIST\n";
        _server.Video = System.Text.Encoding.ASCII.GetBytes(playlist);
        Assert.IsType<VideoReading.NotAVideo>(await ReadAsync());
        Assert.DoesNotContain("/other", _server.Paths);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_status_of_the_storage_is_an_outage(int status)
    {
        _server.Video = IndexLast();
        // At once, and when the index at the end is read.
        foreach (var from in new[] { 0, 1 })
        {
            await IsOutageAsync(from, context =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            });
        }
    }

    [Fact]
    public async Task The_host_may_be_a_name()
    {
        _server.Video = await CorpusFiles.ReadAsync("quarters.mp4");
        var url = new UriBuilder(_server.Url) { Host = "localhost" }.Uri;
        Assert.IsType<VideoReading.Video>(await _videos.ReadAsync(url, _server.ReadEndAsync, CancellationToken.None));
        Assert.All(_server.Hosts, host => Assert.Equal(url.Authority, host));
    }

    [Fact]
    public async Task An_ffprobe_that_cannot_resolve_names_is_an_outage_over_https()
    {
        var ffprobe = new Ffprobe("ffprobe", LimitsRedirects: false, ResolvesNames: false);
        var failure = await Assert.ThrowsAsync<VideoUnreadException>(
            () => ProbeInput.OfUrlAsync(new Uri("https://bucket.test/video"), ffprobe, CancellationToken.None));
        Assert.Contains("install ffmpeg", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _server.Video = await CorpusFiles.ReadAsync("quarters.mp4");
        await IsOutageAsync(0, context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        Assert.DoesNotContain("/elsewhere", _server.Paths);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_outage()
    {
        _server.Video = IndexLast();
        foreach (var from in new[] { 0, 1 })
        {
            await IsOutageAsync(from, async context =>
            {
                var start = (int)(context.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0);
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ContentRange = $"bytes {start}-{_server.Video.Length - 1}/{_server.Video.Length}";
                context.Response.ContentLength = _server.Video.Length - start;
                await context.Response.Body.WriteAsync(_server.Video.AsMemory(start, 200));
                await context.Response.Body.FlushAsync();
                context.Abort();
            });
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_an_outage_after_the_time_limit()
    {
        using var impatient = Videos(null, Limits with { Time = TimeSpan.FromSeconds(2) });
        _server.Fault = (0, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var failure = await Assert.ThrowsAsync<VideoUnreadException>(
            () => impatient.ReadAsync(_server.Url, _server.ReadEndAsync, CancellationToken.None));
        Assert.Equal("not within 2 s", failure.Message);
    }

    /// <summary>So far from the beginning that it needs a request of its own.</summary>
    private static byte[] IndexLast()
    {
        var video = SampleBytes.Mp4(1_000_000);
        var filling = video.AsSpan().IndexOf("free"u8) - 4;
        var index = video.AsSpan().IndexOf("moov"u8) - 4;
        return [.. video[..index], .. video[filling..], .. video[index..filling]];
    }

    private static async Task<VideoSource> WorkersAsync(byte[] video)
    {
        var folder = Directory.CreateTempSubdirectory("facts-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "source"), video);
        var ffmpeg = await TestFfmpeg.FindAsync();
        var source = await new SourceReader(ffmpeg, folder, "source").ReadAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        return source;
    }

    internal static RemoteVideos Videos(string? ffprobe, RemoteVideoLimits limits) =>
        new(new FfprobeFinder(new FfmpegPaths(Ffprobe: ffprobe), NullLogger<FfprobeFinder>.Instance), limits);

    private async Task IsOutageAsync(int from, Func<HttpContext, Task> fault)
    {
        var struck = _server.Struck;
        _server.Fault = (_server.Requests + from, fault);
        var failure = await Assert.ThrowsAsync<VideoUnreadException>(ReadAsync);
        Assert.True(_server.Struck > struck);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    private async Task<VideoFacts> FactsAsync() => Assert.IsType<VideoReading.Video>(await ReadAsync()).Facts;

    private Task<VideoReading> ReadAsync() => _videos.ReadAsync(_server.Url, _server.ReadEndAsync, CancellationToken.None);
}
