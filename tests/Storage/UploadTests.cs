using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

public class UploadTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("video/mp4", "mp4")]
    [InlineData("video/quicktime", "mov")]
    [InlineData("video/webm", "webm")]
    [InlineData("video/x-matroska", "mkv")]
    [InlineData("VIDEO/MP4", "mp4")]
    public async Task A_video_is_uploaded_to_R2_and_completed(string contentType, string extension)
    {
        var body = extension is "webm" or "mkv" ? SampleBytes.Matroska(5000) : SampleBytes.Mp4(5000);
        var upload = await storage.StartAsync(_user, body.Length, contentType);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Matches($"^{_user}/input/[0-9a-f-]{{36}}\\.{extension}$", key);
        Assert.Equal("PUT", upload.GetProperty("method").GetString());
        var lifetime = upload.GetProperty("expires_at").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(lifetime, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        var (status, answer) = await storage.CompleteAsync(_user, key);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((key, 5000L), (answer.GetProperty("key").GetString(), answer.GetProperty("size_bytes").GetInt64()));
        Assert.Matches("^[0-9a-f]{32}$", answer.GetProperty("etag").GetString());

        var (again, same) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.OK, answer.ToString()), (again, same.ToString()));
    }

    [Fact]
    public async Task A_large_video_is_uploaded_in_parts_and_completing_twice_gives_the_same_response()
    {
        var body = StorageFixture.Bytes((2 * StorageFixture.PartBytes) + 777);
        var (key, uploadId, parts) = await PutPartsAsync(body);
        var request = new { key, upload_id = uploadId, parts };
        var (status, answer) = await storage.PostAsync(_user, "/api/uploads/complete", request);
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal(body.Length, answer.GetProperty("size_bytes").GetInt64());
        Assert.EndsWith("-3", answer.GetProperty("etag").GetString(), StringComparison.Ordinal);
        var (again, same) = await storage.PostAsync(_user, "/api/uploads/complete", request);
        Assert.Equal((HttpStatusCode.OK, answer.ToString()), (again, same.ToString()));

        using var stored = await storage.S3.GetObjectAsync(StorageFixture.Bucket, key);
        using var read = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(read);
        Assert.Equal(body, read.ToArray());
        Assert.Equal("video/mp4", stored.Headers.ContentType);
    }

    [Fact]
    public async Task A_completion_whose_answer_was_lost_is_detected_by_the_next()
    {
        var body = StorageFixture.Bytes(StorageFixture.PartBytes + 1);
        var (key, uploadId, parts) = await PutPartsAsync(body);
        await using (await storage.FaultAsync($"POST /{StorageFixture.Bucket}/{key}", "cut_after_effect", times: 1))
        {
            var (status, answer) = await storage.PostAsync(_user, "/api/uploads/complete", new { key, upload_id = uploadId, parts });
            Assert.True(status == HttpStatusCode.OK, answer.ToString());
            Assert.Equal(body.Length, answer.GetProperty("size_bytes").GetInt64());
        }
    }

    [Fact]
    public async Task Parts_must_match_the_upload()
    {
        var (key, uploadId, parts) = await PutPartsAsync(StorageFixture.Bytes(StorageFixture.PartBytes + 1));
        async Task<(HttpStatusCode, string?)> Complete(object body)
        {
            var (status, answer) = await storage.PostAsync(_user, "/api/uploads/complete", body);
            return (status, answer.GetProperty("code").GetString());
        }

        var refused = (HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(refused, await Complete(new { key }));
        Assert.Equal(refused, await Complete(new { key, upload_id = "another", parts }));
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId }));
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId, parts = parts.Take(1) }));
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId, parts = new[] { parts[0], parts[0] } }));
        var malformed = new object[] { new { part_number = 1 }, new { etag = "x" } };
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId, parts = malformed }));
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId, parts = new object?[] { null, null } }));
        Assert.Equal(refused, await Complete(new { key, upload_id = uploadId, parts = new[] { parts[0], new Part(2, "a\u0001") } }));
        Assert.Equal((HttpStatusCode.Conflict, "upload_incomplete"), await Complete(
            new { key, upload_id = uploadId, parts = new[] { parts[0], new Part(2, "\"00000000000000000000000000000000\"") } }));
        var (status, _) = await storage.PostAsync(_user, "/api/uploads/complete", new { key, upload_id = uploadId, parts });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4"}""", 400, "invalid_request", "size_bytes")]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4","size_bytes":0}""", 400, "invalid_request", "size_bytes")]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4","size_bytes":-5}""", 400, "invalid_request", "size_bytes")]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4","size_bytes":1.5}""", 400, "invalid_request", "size_bytes")]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4","size_bytes":"5"}""", 400, "invalid_request", "size_bytes")]
    [InlineData(
        """{"filename":"a.mp4","content_type":"video/mp4","size_bytes":99999999999999999999}""", 400, "invalid_request", "size_bytes")]
    [InlineData("""{"filename":"","content_type":"video/mp4","size_bytes":5}""", 400, "invalid_request", "filename")]
    [InlineData("""{"content_type":"video/mp4","size_bytes":5}""", 400, "invalid_request", "filename")]
    [InlineData("""{"filename":"a.mp4","size_bytes":5}""", 400, "invalid_request", "content_type")]
    [InlineData("""{"filename":"a.mp4","content_type":"video/mp4","size_bytes":67108865}""", 413, "too_large", null)]
    [InlineData("""{"filename":"a.mp4","content_type":"text/html","size_bytes":5}""", 415, "unsupported_media_type", null)]
    [InlineData("""{"filename":"a.mp4","content_type":"text/html; video/mp4","size_bytes":5}""", 415, "unsupported_media_type", null)]
    [InlineData("""not json""", 400, "invalid_request", null)]
    [InlineData("""null""", 400, "invalid_request", null)]
    public async Task An_invalid_upload_is_rejected_and_leaves_nothing(string body, int status, string code, string? field)
    {
        var before = await CountAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await storage.Client(_user).PostAsync("/api/uploads", content);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        if (field is not null)
        {
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        }

        Assert.Equal(before, await CountAsync());
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\clips\\goal.mp4", "goal.mp4")]
    [InlineData("a\u0001b\u001b\u202Ec\n.mp4", "abc.mp4")]
    [InlineData("/", "video.mp4")]
    [InlineData("Tor für 😀.mp4", "Tor für 😀.mp4")]
    public async Task A_filename_is_stored_as_text_and_is_not_part_of_the_key(string filename, string kept)
    {
        var upload = await storage.StartAsync(_user, 5, filename: filename);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Matches($"^{_user}/input/[0-9a-f-]{{36}}\\.mp4$", key);
        Assert.Equal(kept, await storage.Database.ScalarAsync<string>($"select filename from uploads where key = '{key}'"));
    }

    [Fact]
    public async Task An_anonymous_caller_is_rejected()
    {
        foreach (var path in new[] { "/api/uploads", "/api/uploads/complete" })
        {
            var (status, body) = await storage.PostAsync(
                null, path, new { filename = "a", content_type = "video/mp4", size_bytes = 1, key = "x" });
            Assert.Equal((HttpStatusCode.Unauthorized, "Not authenticated"), (status, body.GetProperty("error").GetString()));
        }
    }

    [Fact]
    public async Task An_unknown_key_or_one_of_another_user_is_404()
    {
        var upload = await storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await storage.PutAsync(upload, StorageFixture.Bytes(2000));
        var stranger = Guid.NewGuid();
        string[] keys =
        [
            key, key.Replace(_user.ToString(), stranger.ToString(), StringComparison.Ordinal), $"{stranger}/input/{Guid.NewGuid()}.mp4",
            $"{stranger}/output/{Guid.NewGuid()}/1.mp4", $"{stranger}/input/../../{key}", "../x", "x", new string('k', 3000),
        ];
        foreach (var asked in keys)
        {
            var (status, body) = await storage.CompleteAsync(stranger, asked);
            Assert.Equal((HttpStatusCode.NotFound, "upload_not_found"), (status, body.GetProperty("code").GetString()));
        }

        var otherExtension = key.Replace(".mp4", ".mov", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await storage.CompleteAsync(_user, otherExtension)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await storage.CompleteAsync(_user, key.ToUpperInvariant())).Status);
        Assert.Equal(HttpStatusCode.OK, (await storage.CompleteAsync(_user, key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await storage.CompleteAsync(stranger, key)).Status);
    }

    [Fact]
    public async Task An_upload_that_has_not_arrived_is_incomplete_and_can_be_completed_later()
    {
        var upload = await storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        var (status, body) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.Conflict, "upload_incomplete"), (status, body.GetProperty("code").GetString()));
        await storage.PutAsync(upload, StorageFixture.Bytes(2000));
        Assert.Equal(HttpStatusCode.OK, (await storage.CompleteAsync(_user, key)).Status);
    }

    [Theory]
    [InlineData(2010, "video/mp4")]
    [InlineData(1990, "video/mp4")]
    [InlineData(2000, "text/html")]
    public async Task An_object_that_differs_from_its_declaration_is_rejected_and_removed(int length, string contentType)
    {
        var upload = await storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await storage.PutDirectlyAsync(key, StorageFixture.Bytes(length), contentType);
        var (status, body) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.BadRequest, "upload_mismatch"), (status, body.GetProperty("code").GetString()));
        Assert.False(await storage.ExistsAsync(key));
        var (again, gone) = await storage.CompleteAsync(_user, key);
        Assert.Equal((HttpStatusCode.Conflict, "upload_incomplete"), (again, gone.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_signed_url_accepts_only_its_key_type_and_length()
    {
        var upload = await storage.StartAsync(_user, 2000);
        var url = upload.GetProperty("upload_url").GetString()!;
        var key = upload.GetProperty("key").GetString()!;
        var fifty = StorageFixture.Bytes(2000);
        var other = url.Replace(key, key.Replace("input", "output", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(url, StorageFixture.Content(fifty, "text/html"), onlyNew: true));
        Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(
            url, StorageFixture.Content(StorageFixture.Bytes(2001), "video/mp4"), onlyNew: true));
        Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(other, StorageFixture.Content(fifty, "video/mp4"), onlyNew: true));
        var extended = url.Replace("Expires=3", "Expires=9", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(extended, StorageFixture.Content(fifty, "video/mp4"), onlyNew: true));
        using var get = await storage.Browser.GetAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.Forbidden, get.StatusCode);
        Assert.False(await storage.ExistsAsync(_user.ToString()));
    }

    [Fact]
    public async Task Concurrent_completions_give_the_same_response()
    {
        var upload = await storage.StartAsync(_user, 2000);
        await storage.PutAsync(upload, StorageFixture.Bytes(2000));
        var key = upload.GetProperty("key").GetString()!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => storage.CompleteAsync(_user, key)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body.ToString()).Distinct());
    }

    private Task<long> CountAsync() => storage.Database.ScalarAsync<long>($"select count(*) from uploads where user_id = '{_user}'");

    private sealed record Part([property: JsonPropertyName("part_number")] int Number, [property: JsonPropertyName("etag")] string ETag);

    private async Task<(string Key, string UploadId, Part[] Parts)> PutPartsAsync(byte[] body)
    {
        var upload = await storage.StartAsync(_user, body.Length);
        Assert.Equal(StorageFixture.PartBytes, upload.GetProperty("part_size_bytes").GetInt32());
        var parts = new List<Part>();
        foreach (var url in upload.GetProperty("part_urls").EnumerateArray())
        {
            var from = parts.Count * StorageFixture.PartBytes;
            using var content = new ByteArrayContent(body[from..Math.Min(from + StorageFixture.PartBytes, body.Length)]);
            using var response = await storage.Browser.PutAsync(new Uri(url.GetString()!), content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            parts.Add(new Part(parts.Count + 1, response.Headers.ETag!.ToString()));
        }

        return (upload.GetProperty("key").GetString()!, upload.GetProperty("upload_id").GetString()!, [.. parts]);
    }
}
