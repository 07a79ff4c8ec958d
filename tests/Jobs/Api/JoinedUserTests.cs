using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Users.V1;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>The jobs of an anonymous user are the account's after a sign-in; their holds stay in the wallet of that user.</summary>
public sealed class JoinedUserTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task The_account_sees_and_cancels_the_jobs_of_a_joined_user_and_no_other_user_does()
    {
        var (guest, account, other) = (await stack.UserAsync(), await stack.UserAsync(), await stack.UserAsync());
        var jobId = await guest.CreateAsync();
        await stack.SubmittedAsync(jobId);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(account, jobId));

        await JoinAsync(guest, account);

        Assert.Equal("queued", (await account.GetAsync(jobId)).GetProperty("status").GetString());
        foreach (var stranger in new[] { other, await stack.UserAsync() })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(stranger, jobId));
            using var rejected = await stranger.PostAsync($"/api/jobs/{jobId}/cancel", new { });
            Assert.Equal(HttpStatusCode.NotFound, rejected.StatusCode);
        }
        using var cancelled = await account.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        // The hold is returned to the wallet that it came from.
        await guest.EndsAsync(jobId, "cancelled");
        Assert.Equal((100, 0), await account.BalanceAsync());
    }

    [Fact]
    public async Task The_account_downloads_and_repeats_what_a_joined_user_has_made()
    {
        var (guest, account) = (await stack.UserAsync(), await stack.UserAsync());
        var (completed, failed) = (await guest.CreateAsync(), await guest.CreateAsync());
        await _past.CompleteAsync(completed);
        (await stack.SubmittedAsync(failed)).Status = "FAILED";
        foreach (var jobId in new[] { completed, failed })
        {
            await PastJobs.EndedAsync(guest, jobId);
        }
        await JoinAsync(guest, account);

        using var download = await account.Client.GetAsync($"/api/download/{completed}");
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        using var retry = await account.PostAsync($"/api/jobs/{failed}/retry", new { });
        Assert.Equal(HttpStatusCode.Accepted, retry.StatusCode);
        var again = (await retry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid();
        await account.CompletesAsync(again);
        using var theirs = await guest.Client.GetAsync($"/api/jobs/{again}");
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
    }

    [Fact]
    public async Task A_job_that_runs_while_the_wallets_are_joined_is_charged_once()
    {
        var (guest, account) = (await stack.UserAsync(), await stack.UserAsync());
        var jobId = await guest.CreateAsync();
        await JoinAsync(guest, account);
        var join = new JoinWalletsRequest
        {
            FromUserId = $"{guest.UserId}",
            IntoUserId = $"{account.UserId}",
            IdempotencyKey = "join",
            Actor = "test",
        };
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await stack.Wallet.JoinWalletsAsync(join));
        await (await stack.SubmittedAsync(jobId)).DeliverAsync();
        await account.BecomesAsync(jobId, "completed");

        await stack.Wallet.JoinWalletsAsync(join);
        // A step whose answer was lost is repeated.
        await stack.JobsDatabase.ExecuteAsync($"update intents set due_at = now() where job_id = '{jobId}'");

        Assert.Equal((195, 0), await account.BalanceAsync());
        Assert.Equal((0, 0), await guest.BalanceAsync());
    }

    [Fact]
    public async Task The_jobs_of_both_are_listed_in_one_order_over_pages_and_the_history()
    {
        var (guest, account) = (await stack.UserAsync(), await stack.UserAsync());
        var jobs = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            jobs.Insert(0, await (i % 2 == 0 ? guest : account).CreateAsync());
            (await stack.SubmittedAsync(jobs[0])).Status = i < 2 ? "FAILED" : "CANCELLED";
            await PastJobs.EndedAsync(i % 2 == 0 ? guest : account, jobs[0]);
            await _past.AgeAsync(jobs[0], days: i < 4 ? 40 - i : 4 - (i - 4));
        }
        await _past.ArchiveAsync();
        Assert.Equal((1L, 2L), (await _past.CountAsync(guest, "jobs"), await _past.CountAsync(guest, "job_history")));
        await JoinAsync(guest, account);

        Assert.Equal(jobs, await ListAsync(account, "limit=2"));
        Assert.Equal(jobs[4..], await ListAsync(account, "status=failed&limit=1"));
        Assert.Equal(3, (await ListAsync(guest, "limit=100")).Count);
    }

    private static async Task<List<Guid>> ListAsync(JobUser user, string query)
    {
        var (pages, cursor) = (new List<Guid>(), "");
        do
        {
            var page = await user.Client.GetFromJsonAsync<JsonElement>($"/api/jobs?{query}{cursor}");
            pages.AddRange(page.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("job_id").GetGuid()));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return pages;
    }

    // As Accounts tells both.
    private async Task JoinAsync(JobUser from, JobUser into)
    {
        foreach (var app in new[] { stack.App, stack.StorageApp })
        {
            await new JoinedUsersService.JoinedUsersServiceClient(app.Invoker()).JoinUserAsync(
                new JoinUserRequest { FromUserId = $"{from.UserId}", IntoUserId = $"{into.UserId}" });
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(JobUser user, Guid jobId)
    {
        using var answer = await user.Client.GetAsync($"/api/jobs/{jobId}");
        return answer.StatusCode;
    }
}
