using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>Media types as browsers write them, and files that are not what their type says.</summary>
public sealed class VideoKindTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("video/webm;codecs=vp9", "webm")]
    [InlineData("video/webm; codecs=\"vp8, opus\"", "webm")]
    [InlineData("video/matroska", "mkv")]
    [InlineData("video/x-matroska;codecs=avc1", "mkv")]
    [InlineData("video/mp4; codecs=\"avc1.42E01E, mp4a.40.2\"", "mp4")]
    [InlineData("Video/MP4", "mp4")]
    [InlineData("video/x-m4v", "mp4")]
    [InlineData("video/quicktime", "mov")]
    public async Task A_type_is_compared_without_its_parameters_and_by_its_synonyms(string contentType, string extension)
    {
        var upload = await storage.StartAsync(_user, 5000, contentType);
        Assert.EndsWith($".{extension}", upload.GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("video/mp4")]
    [InlineData("video/webm")]
    public async Task A_video_in_another_container_than_declared_is_rejected_and_removed(string contentType)
    {
        var body = contentType == "video/mp4" ? SampleBytes.Matroska(5000) : SampleBytes.Mp4(5000);
        var upload = await storage.StartAsync(_user, body.Length, contentType);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        var (status, problem) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.BadRequest, "upload_mismatch"), (status, problem.GetProperty("code").GetString()));
        Assert.False(await storage.ExistsAsync(key));
    }

    [Fact]
    public async Task A_rejected_file_can_be_replaced_by_the_declared_one()
    {
        var upload = await storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, new byte[2000]));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await storage.CompleteAsync(_user, key)).Status);
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, SampleBytes.Mp4(2000)));
        Assert.Equal(HttpStatusCode.OK, (await storage.CompleteAsync(_user, key)).Status);
    }

    [Theory]
    [InlineData("ftyp", "IsoMedia")]
    [InlineData("moov", "IsoMedia")]
    [InlineData("wide", "IsoMedia")]
    [InlineData("mdat", "IsoMedia")]
    [InlineData("ftyq", null)]
    [InlineData("\0\0\0\0", null)]
    public void A_container_is_recognized_by_its_first_box(string type, string? container)
    {
        var box = System.Text.Encoding.ASCII.GetBytes(type);
        Assert.Equal(container, VideoSignature.Detect([0, 0, 0, 8, .. box, 0, 0, 0, 0])?.ToString());
        Assert.Null(VideoSignature.Detect([0, 0, 0, .. box[..3]]));
    }

    [Theory]
    [InlineData("video/mp4", "<!doctype html><script>alert(1)</script>")]
    [InlineData("video/webm", "RIFF....AVI LIST")]
    [InlineData("video/mp4", "0123")]
    public async Task A_file_that_is_not_a_video_is_rejected_and_removed(string contentType, string text)
    {
        var body = System.Text.Encoding.ASCII.GetBytes(text);
        var upload = await storage.StartAsync(_user, body.Length, contentType);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        var (status, problem) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "not_a_video"), (status, problem.GetProperty("code").GetString()));
        Assert.False(await storage.ExistsAsync(key));
    }
}
