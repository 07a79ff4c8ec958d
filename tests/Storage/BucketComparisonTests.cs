using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>What the database knows and what the bucket holds are brought into agreement.</summary>
public sealed class BucketComparisonTests : IAsyncLifetime
{
    private readonly StorageFixture _storage = new();
    private readonly ManualClock _later = new(TimeProvider.System.GetUtcNow().AddHours(25));
    private readonly Guid _user = Guid.NewGuid();
    private ServiceApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        await _storage.InitializeAsync();
        _app = await _storage.StartAsync(clock: _later);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Objects_without_a_live_row_are_removed_and_others_stay()
    {
        var known = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var removed = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await _storage.Database.ExecuteAsync($"update uploads set removed_at = now() where key = '{removed}'");
        var job = Guid.NewGuid();
        await _storage.Database.ExecuteAsync(
            $"insert into outputs (user_id, job_id, created_at, expires_at) values ('{_user}', '{job}', now(), now() + interval '1 day')");
        string[] orphans = [$"{_user}/input/{Guid.NewGuid()}.mp4", $"{_user}/output/{Guid.NewGuid()}/1.mp4", removed];
        string[] others = ["backup/dump.sql", "notes.txt", $"{_user}/output/{job}/1.mp4", $"{_user}/output/{job}/2.json", known];
        foreach (var key in orphans.Concat(others).Except([removed, known]))
        {
            await _storage.PutDirectlyAsync(key, [1], "video/mp4");
        }

        var young = await ComparisonOf(_storage.App).ComparePageAsync(CancellationToken.None);
        Assert.Equal(new ComparisonResult(0, 0, true), young);
        Assert.Equal(new ComparisonResult(3, 0, true), await ComparisonOf(_app).ComparePageAsync(CancellationToken.None));
        foreach (var key in orphans)
        {
            Assert.False(await _storage.ExistsAsync(key), key);
        }

        foreach (var key in others)
        {
            Assert.True(await _storage.ExistsAsync(key), key);
        }
    }

    [Fact]
    public async Task A_completed_upload_without_an_object_is_gone()
    {
        var lost = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        var kept = await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await _storage.StartAsync(_user, 2000);
        await _storage.S3.DeleteObjectAsync(StorageFixture.Bucket, lost);
        Assert.Equal(new ComparisonResult(0, 1, true), await ComparisonOf(_storage.App).ComparePageAsync(CancellationToken.None));
        Assert.Equal(new ComparisonResult(0, 0, true), await ComparisonOf(_storage.App).ComparePageAsync(CancellationToken.None));
        Assert.Equal(HttpStatusCode.Gone, (await _storage.CompleteAsync(_user, lost)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, kept)).Status);
    }

    [Fact]
    public async Task A_missing_bucket_or_an_outage_corrects_nothing()
    {
        await _storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await using var wrong = await _storage.StartAsync(settings: [("R2:Bucket", "another-bucket")]);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => ComparisonOf(wrong).ComparePageAsync(CancellationToken.None));
        await using (await _storage.FaultAsync($"GET /{StorageFixture.Bucket}", "status", status: 500))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(
                () => ComparisonOf(_storage.App).ComparePageAsync(CancellationToken.None));
        }

        Assert.Equal(0, await _storage.Database.ScalarAsync<long>("select count(*) from uploads where removed_at is not null"));
    }

    [Fact]
    public async Task A_walk_goes_on_where_it_was_and_begins_again_at_the_end()
    {
        var user = new Guid("ffffffff-0000-4000-8000-000000000000");
        var first = await _storage.UploadAsync(new Guid("00000000-0000-4000-8000-000000000001"), StorageFixture.Bytes(2000));
        var second = await _storage.UploadAsync(user, StorageFixture.Bytes(2000));
        await _storage.S3.DeleteObjectAsync(StorageFixture.Bucket, first);
        await _storage.S3.DeleteObjectAsync(StorageFixture.Bucket, second);
        await _storage.Database.ExecuteAsync($"insert into sweep_positions (name, key) values ('bucket', '80000000-x')");
        Assert.Equal(new ComparisonResult(0, 1, true), await ComparisonOf(_app).ComparePageAsync(CancellationToken.None));
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(new Guid("00000000-0000-4000-8000-000000000001"), first)).Status);
        Assert.Equal(new ComparisonResult(0, 1, true), await ComparisonOf(_app).ComparePageAsync(CancellationToken.None));
        Assert.Equal(
            HttpStatusCode.Gone, (await _storage.CompleteAsync(new Guid("00000000-0000-4000-8000-000000000001"), first)).Status);
    }

    private static BucketComparison ComparisonOf(ServiceApp app) => app.Services.GetRequiredService<BucketComparison>();
}
