using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Storage.Tests;

/// <summary>An upload in parts that was interrupted goes on with the parts that are missing.</summary>
public sealed class ResumeTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_upload_is_resumed_with_the_missing_parts_only(bool isEscaped)
    {
        var body = StorageFixture.Bytes((2 * StorageFixture.PartBytes) + 777);
        var upload = await storage.StartAsync(_user, body.Length);
        var key = upload.GetProperty("key").GetString()!;
        await PutPartAsync(upload.GetProperty("part_urls")[1].GetString()!, body, 2);

        var (status, state) = await GetAsync(key, isEscaped);
        Assert.True(status == HttpStatusCode.OK, state.ToString());
        Assert.Equal(("open", upload.GetProperty("upload_id").GetString(), (long)StorageFixture.PartBytes), (
            state.GetProperty("status").GetString(), state.GetProperty("upload_id").GetString(),
            state.GetProperty("part_size_bytes").GetInt64()));
        var part = Assert.Single(state.GetProperty("parts").EnumerateArray());
        Assert.Equal(
            (2, (long)StorageFixture.PartBytes),
            (part.GetProperty("part_number").GetInt32(), part.GetProperty("size_bytes").GetInt64()));
        Assert.Equal([1, 3], state.GetProperty("part_urls").EnumerateArray().Select(url => url.GetProperty("part_number").GetInt32()));
        Assert.True(state.GetProperty("expires_at").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddHours(1));

        foreach (var missing in state.GetProperty("part_urls").EnumerateArray())
        {
            await PutPartAsync(missing.GetProperty("url").GetString()!, body, missing.GetProperty("part_number").GetInt32());
        }

        var (_, whole) = await GetAsync(key, isEscaped);
        Assert.Empty(whole.GetProperty("part_urls").EnumerateArray());
        var (completed, answer) = await storage.PostAsync(_user, "/api/uploads/complete", new
        {
            key,
            upload_id = whole.GetProperty("upload_id").GetString(),
            parts = whole.GetProperty("parts").EnumerateArray().Select(one => new
            {
                part_number = one.GetProperty("part_number").GetInt32(),
                etag = one.GetProperty("etag").GetString(),
            }),
        });
        Assert.True(completed == HttpStatusCode.OK, answer.ToString());
        Assert.Equal(body.Length, answer.GetProperty("size_bytes").GetInt64());
        Assert.Equal("completed", (await GetAsync(key)).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_completion_that_only_R2_knows_of_is_found()
    {
        var body = StorageFixture.Bytes(StorageFixture.PartBytes + 1);
        var upload = await storage.StartAsync(_user, body.Length);
        var key = upload.GetProperty("key").GetString()!;
        var uploadId = upload.GetProperty("upload_id").GetString()!;
        var etags = new List<Amazon.S3.Model.PartETag>();
        foreach (var number in new[] { 1, 2 })
        {
            etags.Add(new(number, await PutPartAsync(upload.GetProperty("part_urls")[number - 1].GetString()!, body, number)));
        }

        await storage.S3.CompleteMultipartUploadAsync(
            new() { BucketName = StorageFixture.Bucket, Key = key, UploadId = uploadId, PartETags = etags });
        var (status, state) = await GetAsync(key);
        Assert.Equal((HttpStatusCode.OK, "completed"), (status, state.GetProperty("status").GetString()));
        Assert.Equal(1, await storage.Database.ScalarAsync<long>(
            $"select count(*) from uploads where key = '{key}' and completed_at is not null"));
    }

    [Fact]
    public async Task An_upload_that_R2_has_aborted_is_gone()
    {
        var upload = await storage.StartAsync(_user, StorageFixture.SinglePartLimit + 1);
        var key = upload.GetProperty("key").GetString()!;
        await storage.S3.AbortMultipartUploadAsync(StorageFixture.Bucket, key, upload.GetProperty("upload_id").GetString());
        var (status, problem) = await GetAsync(key);
        Assert.Equal((HttpStatusCode.Gone, "expired"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_upload_in_one_put_has_no_parts()
    {
        var key = (await storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;
        var (status, state) = await GetAsync(key);
        Assert.Equal((HttpStatusCode.OK, "open"), (status, state.GetProperty("status").GetString()));
        Assert.False(state.TryGetProperty("upload_id", out _));
        Assert.Empty(state.GetProperty("parts").EnumerateArray());
        Assert.Empty(state.GetProperty("part_urls").EnumerateArray());
    }

    [Fact]
    public async Task Another_users_upload_and_an_unknown_one_are_404()
    {
        var key = (await storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;
        var stranger = Guid.NewGuid();
        foreach (var asked in new[] { key, $"{stranger}/input/{Guid.NewGuid()}.mp4", "x", "..%2F..%2Fx", $"{stranger}/output/x.mp4" })
        {
            var (status, problem) = await GetAsync(asked, user: stranger);
            Assert.Equal((HttpStatusCode.NotFound, "upload_not_found"), (status, problem.GetProperty("code").GetString()));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(key, isAnonymous: true)).Status);
    }

    private async Task<string> PutPartAsync(string url, byte[] body, int number)
    {
        var from = (number - 1) * StorageFixture.PartBytes;
        using var content = new ByteArrayContent(body[from..Math.Min(from + StorageFixture.PartBytes, body.Length)]);
        using var response = await storage.Browser.PutAsync(new Uri(url), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.ETag!.Tag;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(
        string key, bool isEscaped = true, Guid? user = null, bool isAnonymous = false)
    {
        using var response = await storage.Client(isAnonymous ? null : user ?? _user)
            .GetAsync($"/api/uploads/{(isEscaped ? Uri.EscapeDataString(key) : key)}");
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
