using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>Uploads that were never completed are removed once, with any number of replicas.</summary>
public sealed class SweeperTests : IAsyncLifetime
{
    private readonly StorageFixture _storage = new();
    private readonly Guid _user = Guid.NewGuid();

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Only_old_uploads_that_were_never_completed_are_removed()
    {
        var completed = await _storage.UploadAsync(_user, StorageFixture.Bytes(50));
        var abandoned = await _storage.StartAsync(_user, 50);
        await _storage.PutAsync(abandoned, StorageFixture.Bytes(50));
        await _storage.StartAsync(_user, StorageFixture.SinglePartLimit + 1);
        Assert.Equal(1, await _storage.PendingMultipartsAsync());
        await AgeAsync();
        var young = await _storage.StartAsync(_user, 50);
        await _storage.PutAsync(young, StorageFixture.Bytes(50));

        Assert.Equal(2, await SweepAsync(_storage.App));
        Assert.Equal(0, await SweepAsync(_storage.App));
        var key = abandoned.GetProperty("key").GetString()!;
        Assert.False(await _storage.ExistsAsync(key));
        Assert.Equal(0, await _storage.PendingMultipartsAsync());
        Assert.True(await _storage.ExistsAsync(completed));
        Assert.Equal(HttpStatusCode.NotFound, (await _storage.CompleteAsync(_user, key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, young.GetProperty("key").GetString()!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, completed)).Status);
    }

    [Fact]
    public async Task Replicas_share_the_work()
    {
        for (var count = 0; count < 50; count++)
        {
            await _storage.StartAsync(_user, 50);
        }

        await AgeAsync();
        await using var second = await _storage.StartAsync();
        var removed = await Task.WhenAll(new[] { _storage.App, second, _storage.App, second }.Select(SweepAsync));
        Assert.Equal(50, removed.Sum());
        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads"));
    }

    [Fact]
    public async Task An_upload_being_removed_cannot_be_completed_and_is_retried_after_the_lease()
    {
        var upload = await _storage.StartAsync(_user, 50);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(50));
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
        var upload = await _storage.StartAsync(_user, 50);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(50));
        await AgeAsync();
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
        await _storage.StartAsync(_user, 50);
        await AgeAsync();
        await using var app = await _storage.StartAsync(clock: clock);
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return await _storage.Database.ScalarAsync<long>("select count(*) from uploads") == 0;
        }, "the abandoned upload is gone");
    }

    private Task AgeAsync() => _storage.Database.ExecuteAsync("update uploads set created_at = created_at - interval '25 hours'");

    private static async Task<int> SweepAsync(ServiceApp app)
    {
        var sweep = app.Services.GetRequiredService<AbandonedUploads>();
        var removed = 0;
        while (await sweep.RemoveBatchAsync(CancellationToken.None) is var count and > 0)
        {
            removed += count;
        }

        return removed;
    }
}
