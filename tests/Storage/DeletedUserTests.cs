using System.Net;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.Users.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>The files of a user who has deleted the account are removed at once.</summary>
public sealed class DeletedUserTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _guest = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    [Fact]
    public async Task All_files_of_the_person_go_and_no_other_users()
    {
        var theirs = await storage.UploadAsync(Guid.NewGuid(), StorageFixture.Bytes(2000));
        var key = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        await storage.UploadAsync(_guest, StorageFixture.Bytes(2000));
        var open = await storage.StartAsync(_user, StorageFixture.SinglePartLimit + 1);
        // In use by a job, with an output and one of a run that was too late.
        var work = await storage.Rpc().SignWorkAsync(
            new() { UserId = $"{_user}", SourceKey = key, JobId = $"{_job}", LifetimeSeconds = 3600, Run = 1 });
        await storage.PutDirectlyAsync(work.OutputKey, [7], "video/mp4");
        await storage.PutDirectlyAsync(work.OutputKey.Replace("/1.", "/2.", StringComparison.Ordinal), [7], "video/mp4");
        await storage.Database.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{_guest}', '{_user}', now())");

        // The first is cut off by an outage after some files.
        await using (await storage.FaultAsync("DELETE /", "status", times: 2, status: 503))
        {
            while (await DeleteAsync() is { } failure)
            {
                Assert.Equal((StatusCode.Unavailable, "service_unavailable"), failure);
            }
        }

        Assert.False(await storage.ExistsAsync($"{_user}"));
        Assert.False(await storage.ExistsAsync($"{_guest}"));
        Assert.True(await storage.ExistsAsync(theirs));
        using var part = new ByteArrayContent(new byte[StorageFixture.SinglePartLimit + 1]);
        Assert.Equal(HttpStatusCode.NotFound, await storage.PutAsync(open.GetProperty("part_urls")[0].GetString()!, part));
        Assert.Equal(0L, await storage.Database.ScalarAsync<long>(
            $"""
            select (select count(*) from uploads where user_id in ('{_user}', '{_guest}') and (removed_at is null or filename <> ''))
                + (select count(*) from outputs where user_id = '{_user}' and removed_at is null)
                + (select count(*) from file_uses where user_id in ('{_user}', '{_guest}'))
            """));
        Assert.Null(await DeleteAsync());
    }

    [Fact]
    public async Task A_user_reads_all_own_files_and_those_of_a_joined_user()
    {
        var guests = await storage.UploadAsync(_guest, StorageFixture.Bytes(2000));
        var keys = new[] { guests, await storage.UploadAsync(_user, StorageFixture.Bytes(2000)) };
        await storage.UploadAsync(Guid.NewGuid(), StorageFixture.Bytes(2000));
        await storage.Database.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{_guest}', '{_user}', now())");

        using var call = new UserDataService.UserDataServiceClient(storage.App.Invoker()).ReadUser(
            new ReadUserRequest { UserId = $"{_user}" });
        var entries = await call.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();

        Assert.Equal(
            [$"uploads {keys[1]}", $"uploads {keys[0]}"],
            entries.Select(entry => $"{entry.List} {JsonDocument.Parse(entry.Json).RootElement.GetProperty("key")}"));
    }

    [Fact]
    public async Task A_call_removes_some_and_says_that_there_are_more()
    {
        for (var i = 0; i < 51; i++)
        {
            await storage.StartAsync(_user, 1000);
            await storage.Database.ExecuteAsync($"update uploads set completed_at = created_at, etag = 'x' where user_id = '{_user}'");
        }

        Assert.Equal(["files", ""], [await WaitsForAsync(), await WaitsForAsync()]);
    }

    private async Task<(StatusCode, string?)?> DeleteAsync()
    {
        try
        {
            Assert.Equal("", await WaitsForAsync());
            return null;
        }
        catch (RpcException failure)
        {
            return (failure.StatusCode, failure.Trailers.GetValue("error-code"));
        }
    }

    private async Task<string> WaitsForAsync() => (await new DeletedUsersService.DeletedUsersServiceClient(storage.App.Invoker())
        .DeleteUserAsync(new DeleteUserRequest { UserId = $"{_user}" })).WaitsFor;
}
