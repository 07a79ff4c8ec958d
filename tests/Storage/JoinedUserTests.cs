using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.Storage.V1;
using ReelBallers.Users.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>The files of an anonymous user are the account's after a sign-in, and keep their keys.</summary>
public sealed class JoinedUserTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _guest = Guid.NewGuid();
    private readonly Guid _account = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    [Fact]
    public async Task The_account_uses_the_files_of_a_joined_user_and_no_other_user_does()
    {
        var key = await storage.UploadAsync(_guest, StorageFixture.Bytes(2000));
        var open = (await storage.StartAsync(_guest, 3000)).GetProperty("key").GetString()!;
        var own = await storage.UploadAsync(_account, StorageFixture.Bytes(2000));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_account, key));

        await JoinAsync();
        await JoinAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_account, key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_account, open));
        Assert.Equal("upload_incomplete", (await storage.CompleteAsync(_account, open)).Body.GetProperty("code").GetString());
        Assert.Equal(2000, (await storage.Rpc().GetUploadAsync(new() { UserId = $"{_account}", Key = key })).SizeBytes);
        // Neither another user's, nor the account's for the one who was joined.
        foreach (var (user, asked) in new[] { (Guid.NewGuid(), key), (_guest, own) })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(user, asked));
            Assert.Equal((StatusCode.NotFound, "upload_not_found"), await JobFileTests.Refused(
                async () => await storage.Rpc().GetUploadAsync(new() { UserId = $"{user}", Key = asked })));
            Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(user, asked));
        }
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(_account, key));
        Assert.False(await storage.ExistsAsync(key));
    }

    [Fact]
    public async Task A_job_of_the_account_keeps_the_file_of_a_joined_user_until_it_has_ended()
    {
        var key = await storage.UploadAsync(_guest, StorageFixture.Bytes(2000));
        await JoinAsync();

        var work = await storage.Rpc().SignWorkAsync(new()
        {
            UserId = $"{_account}",
            SourceKey = key,
            JobId = $"{_job}",
            LifetimeSeconds = 3600,
            Run = 1,
        });
        Assert.Equal($"{_account}/output/{_job}/1.mp4", work.OutputKey);
        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(_account, key));
        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(_account, work.OutputKey));

        await storage.Rpc().ReleaseWorkAsync(new() { UserId = $"{_account}", JobId = $"{_job}" });

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(_account, key));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(_account, work.OutputKey));
    }

    [Fact]
    public async Task The_quota_counts_the_files_of_both_and_a_payment_of_either()
    {
        await using var replica = await storage.StartAsync(settings: [("Quotas:UnpaidBytes", "1000"), ("Quotas:PaidBytes", "3000")]);
        Assert.Equal(HttpStatusCode.Created, await DeclareAsync(_guest, 600));
        Assert.Equal(HttpStatusCode.Created, await DeclareAsync(_account, 300));
        await JoinAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await DeclareAsync(_account, 101));
        Assert.Equal(HttpStatusCode.Created, await DeclareAsync(_account, 100));
        await storage.Rpc().MarkPaidAsync(new() { UserId = $"{_guest}" });
        Assert.Equal(HttpStatusCode.Created, await DeclareAsync(_account, 2000));
        Assert.Equal(HttpStatusCode.Forbidden, await DeclareAsync(_account, 1));

        async Task<HttpStatusCode> DeclareAsync(Guid user, long bytes)
        {
            using var answer = await replica.CreateClient(user).PostAsJsonAsync(
                "/api/uploads", new { filename = "a.mp4", content_type = "video/mp4", size_bytes = bytes });
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Downloads_of_both_are_evidence_for_both_and_are_erased_together()
    {
        var keys = new[] { await OutputAsync(_guest), await OutputAsync(_account) };
        await JoinAsync();
        await SignAsync(_account, keys[0]);
        await SignAsync(_account, keys[1]);

        foreach (var user in new[] { _guest, _account })
        {
            var listed = await storage.Rpc().ListDownloadsAsync(new() { UserId = $"{user}" });
            Assert.Equal([keys[1], keys[0]], listed.Downloads.Select(download => download.OutputKey));
        }
        await storage.Rpc().ErasePersonAsync(new() { UserId = $"{_account}" });
        Assert.All((await storage.Rpc().ListDownloadsAsync(new() { UserId = $"{_guest}" })).Downloads, download =>
            Assert.Equal(("", ""), (download.Filename, download.ClientAddress)));
    }

    [Fact]
    public async Task Users_are_joined_once_and_an_account_never()
    {
        await JoinAsync();
        foreach (var (from, into) in new[] { (_guest, _job), (_account, _job), (_job, _guest) })
        {
            Assert.Equal(
                (StatusCode.FailedPrecondition, "already_joined"), await JobFileTests.Refused(() => JoinAsync($"{from}", $"{into}")));
        }
        foreach (var (from, into) in new[] { ("x", $"{_job}"), ($"{_job}", ""), ($"{_job}", $"{_job}") })
        {
            Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), await JobFileTests.Refused(() => JoinAsync(from, into)));
        }
        Assert.Equal(1L, await storage.Database.ScalarAsync<long>(
            $"select count(*) from joined_users where '{_account}' in (from_user_id, into_user_id) or from_user_id = '{_job}'"));
    }

    private Task JoinAsync() => JoinAsync($"{_guest}", $"{_account}");

    private async Task JoinAsync(string from, string into) => await new JoinedUsersService.JoinedUsersServiceClient(storage.App.Invoker())
        .JoinUserAsync(new JoinUserRequest { FromUserId = from, IntoUserId = into });

    private async Task<HttpStatusCode> StatusAsync(Guid user, string key)
    {
        using var answer = await storage.Client(user).GetAsync($"/api/uploads/{key}");
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> DeleteAsync(Guid user, string key)
    {
        using var answer = await storage.Client(user).DeleteAsync($"/api/files/{key}");
        return answer.StatusCode;
    }

    private async Task<string> OutputAsync(Guid user)
    {
        var key = $"{user}/output/{Guid.NewGuid()}/1.mp4";
        await storage.PutDirectlyAsync(key, [1], "video/mp4");
        return key;
    }

    private async Task SignAsync(Guid user, string key) => await storage.Rpc().SignDownloadAsync(
        new SignDownloadRequest { UserId = $"{user}", OutputKey = key, Filename = "x.mp4", ClientAddress = "203.0.113.7" });
}
