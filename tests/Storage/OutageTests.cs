using System.Net;
using Grpc.Core;
using ReelBallers.Storage.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>R2 fails, stalls or is unreachable: the caller gets 503, nothing is changed, and the next attempt succeeds.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private readonly StorageFixture _storage = new();
    private readonly Guid _user = Guid.NewGuid();

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData("status", 500)]
    [InlineData("status", 503)]
    [InlineData("status", 403)]
    [InlineData("cut", null)]
    public async Task A_completion_during_an_outage_changes_nothing(string kind, int? status)
    {
        var upload = await _storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        await using (await _storage.FaultAsync("HEAD /", kind, status: status))
        {
            await AssertUnavailableAsync(() => _storage.CompleteAsync(_user, key));
        }

        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads where completed_at is not null"));
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, key)).Status);
    }

    [Theory]
    [InlineData("status", 500)]
    [InlineData("cut", null)]
    public async Task A_transient_fault_is_retried(string kind, int? status)
    {
        var upload = await _storage.StartAsync(_user, 2000);
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        await using (await _storage.FaultAsync("HEAD /", kind, times: 2, status: status))
        {
            Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, upload.GetProperty("key").GetString()!)).Status);
        }
    }

    [Fact]
    public async Task A_multipart_upload_that_R2_did_not_create_leaves_no_row()
    {
        await using (await _storage.FaultAsync("POST /", "status", status: 500))
        {
            await AssertUnavailableAsync(() => _storage.PostAsync(_user, "/api/uploads",
                new { filename = "big.mp4", content_type = "video/mp4", size_bytes = StorageFixture.SinglePartLimit + 1 }));
        }

        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads"));
    }

    [Fact]
    public async Task A_mismatch_that_cannot_be_removed_is_removed_by_the_next_attempt()
    {
        var key = (await _storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;
        await _storage.PutDirectlyAsync(key, new byte[2001], "video/mp4");
        await using (await _storage.FaultAsync("DELETE /", "cut"))
        {
            await AssertUnavailableAsync(() => _storage.CompleteAsync(_user, key));
        }

        Assert.Equal("upload_mismatch", (await _storage.CompleteAsync(_user, key)).Body.GetProperty("code").GetString());
        Assert.False(await _storage.ExistsAsync(key));
    }

    [Fact]
    public async Task A_gRPC_call_during_an_outage_is_unavailable_and_never_a_missing_output()
    {
        await using (await _storage.FaultAsync("HEAD /", "status", status: 500))
        {
            var (user, job) = ($"{_user}", $"{Guid.NewGuid()}");
            var unavailable = (StatusCode.Unavailable, "storage_unavailable");
            var head = new ReadOutputRequest { UserId = user, JobId = job, Run = 1 };
            var download = new SignDownloadRequest { UserId = user, OutputKey = $"{user}/output/{job}/1.mp4", Filename = "x" };
            Assert.Equal(unavailable, await JobFileTests.Refused(async () => await _storage.Rpc().ReadOutputAsync(head)));
            Assert.Equal(unavailable, await JobFileTests.Refused(async () => await _storage.Rpc().SignDownloadAsync(download)));
        }
    }

    [Fact]
    public async Task A_call_to_a_stalled_R2_times_out()
    {
        var upload = await _storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        await using (await _storage.FaultAsync("HEAD /", "delay", delayMs: 600_000))
        {
            await AssertUnavailableAsync(() => _storage.CompleteAsync(_user, key));
        }

        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, key)).Status);
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unreachable_address_are_outages()
    {
        var key = (await _storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;
        foreach (var (secret, url) in new (string, Uri?)[] { ("wrong", null), ("r2_local_secret", new Uri("http://127.0.0.1:1")) })
        {
            await using var app = await _storage.StartAsync(secret, url);
            using var content = System.Net.Http.Json.JsonContent.Create(new { key });
            using var response = await app.CreateClient(_user).PostAsync("/api/uploads/complete", content);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.DoesNotContain("127.0.0.1", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task AssertUnavailableAsync(Func<Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)>> call)
    {
        var (status, body) = await call();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (status, body.GetProperty("code").GetString()));
    }
}
