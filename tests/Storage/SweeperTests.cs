using System.Net;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>Files that have expired are removed once, with any number of replicas.</summary>
public sealed class SweeperTests : IAsyncLifetime
{
    private readonly StorageFixture _storage = new();
    private readonly Guid _user = Guid.NewGuid();

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Only_expired_files_are_removed()
    {
        var completed = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var abandoned = await _storage.StartAsync(_user, 2000);
        await _storage.PutAsync(abandoned, StorageFixture.Bytes(2000));
        await _storage.StartAsync(_user, StorageFixture.SinglePartLimit + 1);
        Assert.Equal(1, await _storage.PendingMultipartsAsync());
        await AgeAsync();
        var young = await _storage.StartAsync(_user, 2000);
        await _storage.PutAsync(young, StorageFixture.Bytes(2000));
        var kept = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));

        Assert.Equal(3, await SweepAsync(_storage.App));
        Assert.Equal(0, await SweepAsync(_storage.App));
        var key = abandoned.GetProperty("key").GetString()!;
        Assert.False(await _storage.ExistsAsync(key));
        Assert.False(await _storage.ExistsAsync(completed));
        Assert.Equal(0, await _storage.PendingMultipartsAsync());
        Assert.True(await _storage.ExistsAsync(kept));
        foreach (var gone in new[] { key, completed })
        {
            var (status, problem) = await _storage.CompleteAsync(_user, gone);
            Assert.Equal((HttpStatusCode.Gone, "expired"), (status, problem.GetProperty("code").GetString()));
        }

        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, young.GetProperty("key").GetString()!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, kept)).Status);
    }

    [Fact]
    public async Task What_a_live_job_needs_stays_and_expires_a_day_after_its_end()
    {
        var job = Guid.NewGuid();
        var source = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var work = await SignAsync(source, job);
        await AgeAsync("completed_at = completed_at - interval '25 hours', expires_at = expires_at - interval '25 hours'");
        Assert.Equal(1, await SweepAsync(_storage.App));
        Assert.Equal(StatusCode.NotFound, (await JobFileTests.Refused(() => SignAsync(source, job))).Item1);

        source = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        job = Guid.NewGuid();
        await _storage.Database.ExecuteAsync("update uploads set completed_at = completed_at - interval '23 hours 59 minutes',"
            + " expires_at = expires_at - interval '23 hours 59 minutes' where removed_at is null");
        work = await SignAsync(source, job);
        await _storage.PutAsync(work.OutputUrl, StorageFixture.Content([7], "video/mp4"), onlyNew: true);
        await _storage.PutAsync(work.ManifestUrl, StorageFixture.Content("{}"u8.ToArray(), "application/json"), onlyNew: true);
        await AgeAsync("expires_at = expires_at - interval '30 minutes'");
        Assert.Equal(0, await SweepAsync(_storage.App));
        Assert.True(await _storage.ExistsAsync(source));

        await AgeAsync("completed_at = completed_at - interval '5 minutes'");
        var release = new ReleaseWorkRequest { UserId = $"{_user}", JobId = $"{job}" };
        await _storage.Rpc().ReleaseWorkAsync(release);
        await _storage.Rpc().ReleaseWorkAsync(release);
        Assert.Equal(1, await SweepAsync(_storage.App));
        Assert.False(await _storage.ExistsAsync(source));
        Assert.True(await _storage.ExistsAsync(work.OutputKey));
        var left = await _storage.Database.ScalarAsync<TimeSpan>($"select expires_at - now() from outputs where job_id = '{job}'");
        Assert.InRange(left, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));

        await _storage.Database.ExecuteAsync("update outputs set expires_at = now() - interval '1 second'");
        Assert.Equal(2, await SweepAsync(_storage.App));
        Assert.False(await _storage.ExistsAsync($"{_user}/output/"));
        Assert.Equal((StatusCode.NotFound, "expired"), await JobFileTests.Refused(async () => await _storage.Rpc().SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = work.OutputKey, Filename = "x.mp4" })));
    }

    [Fact]
    public async Task A_source_of_two_jobs_stays_until_both_have_ended()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var source = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await SignAsync(source, first);
        await SignAsync(source, second);
        await _storage.Database.ExecuteAsync("update uploads set completed_at = completed_at - interval '25 hours'");
        await _storage.Rpc().ReleaseWorkAsync(new ReleaseWorkRequest { UserId = $"{_user}", JobId = $"{first}" });
        Assert.Equal(0, await SweepAsync(_storage.App));
        await _storage.Rpc().ReleaseWorkAsync(new ReleaseWorkRequest { UserId = $"{_user}", JobId = $"{second}" });
        Assert.Equal(1, await SweepAsync(_storage.App));
    }

    [Fact]
    public async Task Rows_of_files_that_were_removed_long_ago_are_deleted()
    {
        await _storage.StartAsync(_user, 2000);
        await AgeAsync();
        Assert.Equal(1, await SweepAsync(_storage.App));
        var rows = _storage.App.Services.GetRequiredService<OldRows>();
        await rows.DeleteAsync(CancellationToken.None);
        Assert.Equal(1, await _storage.Database.ScalarAsync<long>("select count(*) from uploads"));
        await _storage.Database.ExecuteAsync("update uploads set removed_at = now() - interval '31 days'");
        await rows.DeleteAsync(CancellationToken.None);
        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads"));
    }

    [Fact]
    public async Task Replicas_share_the_work()
    {
        for (var count = 0; count < 50; count++)
        {
            await _storage.StartAsync(Guid.NewGuid(), 2000);
        }

        await AgeAsync();
        await using var second = await _storage.StartAsync();
        var removed = await Task.WhenAll(new[] { _storage.App, second, _storage.App, second }.Select(SweepAsync));
        Assert.Equal(50, removed.Sum());
        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads where removed_at is null"));
    }

    [Fact]
    public async Task An_upload_being_removed_cannot_be_completed_and_is_retried_after_the_lease()
    {
        var upload = await _storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        await AgeAsync();
        await using (await _storage.FaultAsync("DELETE /", "status", status: 500))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => SweepAsync(_storage.App));
        }

        Assert.True(await _storage.ExistsAsync(key));
        Assert.Equal(HttpStatusCode.Gone, (await _storage.CompleteAsync(_user, key)).Status);
        Assert.Equal(0, await SweepAsync(_storage.App));
        await _storage.Database.ExecuteAsync("update uploads set leased_until = now() - interval '1 second'");
        Assert.Equal(1, await SweepAsync(_storage.App));
        Assert.False(await _storage.ExistsAsync(key));
    }

    [Fact]
    public async Task A_completion_yields_to_a_sweep_that_has_started()
    {
        var upload = await _storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        await using (await _storage.FaultAsync("HEAD /", "delay", delayMs: 2000))
        {
            var completing = _storage.CompleteAsync(_user, key);
            await Eventually.IsTrueAsync(
                async () => (await _storage.Browser.GetStringAsync(_storage.FaultsUrl)).Contains("\"struck\":1", StringComparison.Ordinal),
                "the completion reads the object");
            await _storage.Database.ExecuteAsync("update uploads set leased_until = now() + interval '1 minute'");
            Assert.Equal(HttpStatusCode.Gone, (await completing).Status);
        }

        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads where completed_at is not null"));
    }

    [Fact]
    public async Task The_sweeper_runs_periodically()
    {
        var clock = new ManualClock();
        await _storage.StartAsync(_user, 2000);
        await AgeAsync();
        await using var app = await _storage.StartAsync(clock: clock);
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return await _storage.Database.ScalarAsync<long>("select count(*) from uploads where removed_at is null") == 0;
        }, "the expired upload is gone");
    }

    private Task AgeAsync(string set = "expires_at = expires_at - interval '25 hours'") =>
        _storage.Database.ExecuteAsync($"update uploads set {set} where removed_at is null");

    private async Task<SignWorkResponse> SignAsync(string source, Guid job) => await _storage.Rpc().SignWorkAsync(
        new SignWorkRequest { UserId = $"{_user}", SourceKey = source, JobId = $"{job}", LifetimeSeconds = 3600, Run = 1 });

    private static async Task<int> SweepAsync(ServiceApp app)
    {
        var sweep = app.Services.GetRequiredService<ExpiredFiles>();
        var removed = 0;
        while (await sweep.RemoveBatchAsync(CancellationToken.None) is var count and > 0)
        {
            removed += count;
        }

        return removed;
    }
}
