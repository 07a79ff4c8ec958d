using System.Net;
using Grpc.Core;
using ReelBallers.Storage.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>An operator lists the files of a user.</summary>
public sealed class FileListTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Uploads_and_outputs_of_a_user_and_of_joined_users_are_listed_in_pages_newest_first()
    {
        var (guest, job) = (Guid.NewGuid(), Guid.NewGuid());
        var theirs = await storage.UploadAsync(guest, StorageFixture.Bytes(2000));
        var removed = await storage.UploadAsync(_user, StorageFixture.Bytes(2000));
        using (var answer = await storage.Client(_user).DeleteAsync($"/api/files/{removed}"))
        {
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
        var kept = await storage.UploadAsync(_user, StorageFixture.Bytes(3000));
        await storage.Rpc().SignWorkAsync(
            new SignWorkRequest { UserId = $"{_user}", SourceKey = kept, JobId = $"{job}", LifetimeSeconds = 3600, Run = 1 });
        var open = (await storage.StartAsync(_user, 4000)).GetProperty("key").GetString()!;
        await storage.UploadAsync(Guid.NewGuid(), StorageFixture.Bytes(2000));

        Assert.Equal(
            [$"{open} Open 4000 ", $"{_user}/output/{job}/ Kept 0 {job}", $"{kept} Kept 3000 ", $"{removed} Removed 2000 "],
            await PagesAsync());
        await storage.Database.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{guest}', '{_user}', now())");
        Assert.Equal($"{theirs} Kept 2000 ", (await PagesAsync())[^1]);

        foreach (var request in new ListFilesRequest[]
        {
            new() { UserId = "x" }, new() { UserId = $"{_user}", Limit = 101 }, new() { UserId = $"{_user}", Cursor = "x" },
        })
        {
            Assert.Equal(
                (StatusCode.InvalidArgument, "invalid_argument"),
                await JobFileTests.Refused(async () => await storage.Rpc().ListFilesAsync(request)));
        }
    }

    private async Task<List<string>> PagesAsync()
    {
        var (all, cursor) = (new List<string>(), "");
        do
        {
            var page = await storage.Rpc().ListFilesAsync(new ListFilesRequest { UserId = $"{_user}", Limit = 1, Cursor = cursor });
            var file = Assert.Single(page.Files);
            all.Add($"{file.Key} {file.Status} {file.SizeBytes} {file.JobId}");
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return all;
    }
}
