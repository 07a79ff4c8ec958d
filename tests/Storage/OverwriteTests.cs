using System.Net;
using Grpc.Core;
using ReelBallers.Storage.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>The bytes of a completed upload never change under its key.</summary>
public sealed class OverwriteTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    [Fact]
    public async Task A_signed_url_cannot_overwrite_a_completed_upload()
    {
        var body = StorageFixture.Bytes(3000);
        var upload = await storage.StartAsync(_user, body.Length);
        var key = upload.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(upload, body));
        Assert.Equal(HttpStatusCode.OK, (await storage.CompleteAsync(_user, key)).Status);

        var other = StorageFixture.Bytes(3000);
        other[^1]++;
        Assert.Equal(HttpStatusCode.PreconditionFailed, await storage.PutAsync(upload, other));
        // Without the condition, which is signed.
        Assert.Equal(HttpStatusCode.Forbidden, await storage.PutAsync(
            upload.GetProperty("upload_url").GetString()!, StorageFixture.Content(other, "video/mp4")));
        Assert.Equal(body, await ReadAsync(key));
    }

    [Fact]
    public async Task Work_is_signed_with_the_etag_of_the_completed_source()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(3000));
        var work = await storage.Rpc().SignWorkAsync(Work(source));
        var etag = await storage.Database.ScalarAsync<string>($"select etag from uploads where key = '{source}'");
        Assert.Equal(etag, work.SourceEtag);
        using var read = await storage.Browser.GetAsync(new Uri(work.SourceUrl));
        Assert.Equal($"\"{etag}\"", read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            work.ManifestUrl, StorageFixture.Content("{}"u8.ToArray(), "application/json"), onlyNew: true));
        Assert.True(await storage.ExistsAsync($"{_user}/output/{_job}/1.json"));
    }

    [Fact]
    public async Task No_work_is_signed_for_a_source_that_was_replaced_or_is_gone()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(3000));
        await storage.PutDirectlyAsync(source, StorageFixture.Bytes(3001), "video/mp4");
        Assert.Equal((StatusCode.FailedPrecondition, "source_changed"), await SignAsync(source));
        await storage.S3.DeleteObjectAsync(StorageFixture.Bucket, source);
        Assert.Equal((StatusCode.NotFound, "upload_not_found"), await SignAsync(source));
    }

    [Fact]
    public async Task An_outage_while_the_source_is_checked_is_unavailable()
    {
        var source = await storage.UploadAsync(_user, StorageFixture.Bytes(3000));
        await using (await storage.FaultAsync($"HEAD /{StorageFixture.Bucket}/{source}", "status", status: 500))
        {
            Assert.Equal((StatusCode.Unavailable, "storage_unavailable"), await SignAsync(source));
        }
    }

    private Task<(StatusCode, string?)> SignAsync(string source) =>
        JobFileTests.Refused(async () => await storage.Rpc().SignWorkAsync(Work(source)));

    private SignWorkRequest Work(string source) =>
        new() { UserId = $"{_user}", SourceKey = source, JobId = $"{_job}", LifetimeSeconds = 3600, Run = 1 };

    private async Task<byte[]> ReadAsync(string key)
    {
        using var stored = await storage.S3.GetObjectAsync(StorageFixture.Bucket, key);
        using var read = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(read);
        return read.ToArray();
    }
}
