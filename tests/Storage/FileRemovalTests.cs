using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.Storage.V1;

namespace ReelBallers.Storage.Tests;

/// <summary><c>DELETE /api/files/{key}</c>.</summary>
public sealed class FileRemovalTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_deleted_once_and_is_gone_after_that(bool isEscaped)
    {
        var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        Assert.Equal((HttpStatusCode.NoContent, null), await DeleteAsync(key, isEscaped: isEscaped));
        Assert.False(await storage.ExistsAsync(key));
        Assert.Equal((HttpStatusCode.Gone, "expired"), await DeleteAsync(key));
        Assert.Equal(HttpStatusCode.Gone, (await storage.CompleteAsync(_user, key)).Status);
        Assert.Equal((StatusCode.NotFound, "upload_not_found"), await JobFileTests.Refused(() => KeepAsync(key)));
    }

    [Fact]
    public async Task An_open_upload_is_deleted_with_its_parts_and_no_link_brings_it_back()
    {
        var upload = await storage.StartAsync(_user, StorageFixture.SinglePartLimit + 1);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(upload.GetProperty("key").GetString()!)).Status);
        using var content = new ByteArrayContent(new byte[StorageFixture.SinglePartLimit + 1]);
        Assert.Equal(HttpStatusCode.NotFound, await storage.PutAsync(upload.GetProperty("part_urls")[0].GetString()!, content));
    }

    [Fact]
    public async Task A_file_that_a_live_job_needs_is_in_use_until_the_job_has_ended()
    {
        var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await KeepAsync(key);
        Assert.Equal((HttpStatusCode.Conflict, "file_in_use"), await DeleteAsync(key));
        var work = await storage.Rpc().SignWorkAsync(
            new SignWorkRequest { UserId = $"{_user}", SourceKey = key, JobId = $"{_job}", LifetimeSeconds = 3600, Run = 1 });
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(
            work.OutputUrl, StorageFixture.Content([7], "video/mp4"), onlyNew: true));
        // Of a run that was too late.
        await storage.PutDirectlyAsync(work.OutputKey.Replace("/1.", "/2.", StringComparison.Ordinal), [7], "video/mp4");
        Assert.Equal((HttpStatusCode.Conflict, "file_in_use"), await DeleteAsync(key));
        Assert.Equal((HttpStatusCode.Conflict, "file_in_use"), await DeleteAsync(work.OutputKey));
        Assert.True(await storage.ExistsAsync(key));

        await storage.Rpc().ReleaseWorkAsync(new ReleaseWorkRequest { UserId = $"{_user}", JobId = $"{_job}" });
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(key)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(work.OutputKey)).Status);
        Assert.False(await storage.ExistsAsync(_user.ToString()));
        Assert.Equal((StatusCode.NotFound, "expired"), await JobFileTests.Refused(async () => await storage.Rpc().SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = work.OutputKey, Filename = "x.mp4" })));
    }

    [Fact]
    public async Task Another_users_file_and_an_unknown_one_are_404()
    {
        var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await storage.PutDirectlyAsync($"{_user}/output/{_job}/1.mp4", [1], "video/mp4");
        var stranger = Guid.NewGuid();
        foreach (var asked in new[]
        {
            key, $"{_user}/output/{_job}/1.mp4", key.Replace($"{_user}", $"{stranger}", StringComparison.Ordinal), "x", "..%2Fx",
            $"{stranger}/output/{_job}/1.mp4", $"{stranger}/output/{_job}/1.json",
        })
        {
            Assert.Equal((HttpStatusCode.NotFound, "file_not_found"), await DeleteAsync(asked, stranger));
        }

        Assert.Equal((HttpStatusCode.NotFound, "file_not_found"), await DeleteAsync($"{key}x"));
        Assert.True(await storage.ExistsAsync(key));
    }

    [Fact]
    public async Task A_deletion_during_an_outage_is_finished_by_the_next()
    {
        var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await using (await storage.FaultAsync($"DELETE /{StorageFixture.Bucket}/{key}", "status", status: 500))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), await DeleteAsync(key));
        }

        Assert.Equal(HttpStatusCode.Gone, (await storage.CompleteAsync(_user, key)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(key)).Status);
        Assert.False(await storage.ExistsAsync(key));
    }

    [Fact]
    public async Task Of_a_deletion_and_an_acceptance_at_the_same_time_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
            var keeping = Task.Run(async () =>
            {
                try
                {
                    await KeepAsync(key);
                    return true;
                }
                catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
                {
                    return false;
                }
            });
            var (status, _) = await DeleteAsync(key);
            Assert.Equal(await keeping ? HttpStatusCode.Conflict : HttpStatusCode.NoContent, status);
            Assert.Equal(status == HttpStatusCode.Conflict, await storage.ExistsAsync(key));
        }
    }

    private async Task KeepAsync(string key) => await storage.Rpc().GetUploadAsync(
        new GetUploadRequest { UserId = $"{_user}", Key = key, JobId = $"{_job}", NeededSeconds = 1800 });

    private async Task<(HttpStatusCode Status, string? Code)> DeleteAsync(string key, Guid? user = null, bool isEscaped = true)
    {
        using var response = await storage.Client(user ?? _user)
            .DeleteAsync($"/api/files/{(isEscaped ? Uri.EscapeDataString(key) : key)}");
        return response.StatusCode == HttpStatusCode.NoContent
            ? (response.StatusCode, null)
            : (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }
}
