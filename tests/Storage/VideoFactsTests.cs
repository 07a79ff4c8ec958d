using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>The completion looks at the video itself.</summary>
public sealed class VideoFactsTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task The_completion_says_what_the_video_is()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "clip.mp4");
        await TestVideo.RedAndBlueAsync(path, 640, 360, seconds: 3);
        var body = await File.ReadAllBytesAsync(path);
        var (status, answer) = await CompleteAsync(body);
        Assert.Equal(HttpStatusCode.OK, status);
        var video = answer.GetProperty("video");
        Assert.Equal(
            ("mp4", 640, 360, 0, 15, "h264", "aac", 1),
            (video.GetProperty("container").GetString(), video.GetProperty("width").GetInt32(), video.GetProperty("height").GetInt32(),
                video.GetProperty("rotation").GetInt32(), video.GetProperty("frame_rate").GetDouble(),
                video.GetProperty("video_codec").GetString(), video.GetProperty("audio_codec").GetString(),
                video.GetProperty("audio_channels").GetInt32()));
        Assert.Equal(3, video.GetProperty("duration_s").GetDouble(), 0.05);

        // The same when it is asked for later, and for Jobs.
        var key = answer.GetProperty("key").GetString()!;
        using var state = await storage.Client(_user).GetAsync($"/api/uploads/{Uri.EscapeDataString(key)}");
        var later = JsonDocument.Parse(await state.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(video.ToString(), later.GetProperty("video").ToString());
        var facts = (await storage.Rpc().GetUploadAsync(new V1.GetUploadRequest { UserId = $"{_user}", Key = key })).Video;
        Assert.Equal((640, 360, 15, "h264"), (facts.Width, facts.Height, facts.FrameRate, facts.VideoCodec));
        Assert.Equal(video.GetProperty("duration_s").GetDouble(), facts.DurationMs / 1000.0, 0.001);
    }

    [Theory]
    [InlineData("video/webm", "webm")]
    [InlineData("video/x-matroska", "matroska")]
    public async Task A_recording_without_a_duration_gets_one(string contentType, string container)
    {
        var (status, answer) = await CompleteAsync(SampleBytes.Matroska(50_000, 7, container, saysDuration: false), contentType);
        Assert.Equal(HttpStatusCode.OK, status);
        var video = answer.GetProperty("video");
        Assert.Equal(container, video.GetProperty("container").GetString());
        Assert.Equal(7, video.GetProperty("duration_s").GetDouble(), 0.1);
        Assert.Equal(JsonValueKind.Null, video.GetProperty("audio_codec").ValueKind);
    }

    [Fact]
    public async Task A_file_that_only_begins_as_a_video_is_rejected_with_the_reason_and_removed()
    {
        byte[] body = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 2, 0, .. new byte[3000]];
        var (status, problem) = await CompleteAsync(body);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "not_a_video"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("holds its index (moov)", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(await storage.ExistsAsync($"{_user}"));
    }

    [Fact]
    public async Task A_video_that_is_too_long_is_rejected_and_removed()
    {
        await using var strict = await storage.StartAsync(settings: [("Probe:MaxDurationSeconds", "5")]);
        var (status, problem) = await CompleteAsync(SampleBytes.Mp4(3000, seconds: 6), on: strict);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "video_too_long"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("It lasts 6 s; at most 5 s are accepted", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(await storage.ExistsAsync($"{_user}"));
        var (again, _) = await CompleteAsync(SampleBytes.Mp4(3000, seconds: 5), on: strict);
        Assert.Equal(HttpStatusCode.OK, again);
    }

    [Fact]
    public async Task Without_an_ffprobe_the_completion_is_unavailable_and_can_be_repeated()
    {
        using var logs = new CollectedLogs();
        await using var broken = await storage.StartAsync(
            configure: logs.Register, settings: [("Probe:FfprobePath", "/nowhere/ffprobe")]);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(logs.Lines.Any(line => line.Contains("No upload can be completed", StringComparison.Ordinal))),
            "the start says so");
        var body = SampleBytes.Mp4(3000);
        var upload = await storage.StartAsync(_user, body.Length);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        var (status, problem) = await CompleteOnAsync(broken, key);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (status, problem.GetProperty("code").GetString()));
        Assert.True(await storage.ExistsAsync(key));
        Assert.Equal(HttpStatusCode.OK, (await storage.CompleteAsync(_user, key)).Status);
    }

    [Fact]
    public async Task An_upload_that_an_older_version_completed_is_looked_at_when_a_job_asks()
    {
        var key = await storage.UploadAsync(_user, SampleBytes.Mp4(3000, seconds: 4));
        await storage.Database.ExecuteAsync($"update uploads set video = null where key = '{key}'");
        var facts = (await storage.Rpc().GetUploadAsync(new V1.GetUploadRequest { UserId = $"{_user}", Key = key })).Video;
        Assert.Equal((4000, SampleBytes.Width, SampleBytes.Height), (facts.DurationMs, facts.Width, facts.Height));
        Assert.Equal(
            1, await storage.Database.ScalarAsync<long>($"select count(*) from uploads where key = '{key}' and video is not null"));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> CompleteAsync(
        byte[] body, string contentType = "video/mp4", ServiceApp? on = null)
    {
        var upload = await storage.StartAsync(_user, body.Length, contentType);
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        return await CompleteOnAsync(on ?? storage.App, upload.GetProperty("key").GetString()!);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> CompleteOnAsync(ServiceApp app, string key)
    {
        using var client = app.CreateClient(_user);
        using var content = new StringContent(
            JsonSerializer.Serialize(new { key }), System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/api/uploads/complete", content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private sealed class TempFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("facts-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
