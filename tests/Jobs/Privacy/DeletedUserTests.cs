using System.Net;
using System.Text.Json;
using Grpc.Core;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Users.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>What is left of the jobs of a user who has deleted the account.</summary>
public sealed class DeletedUserTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task Texts_and_projects_are_erased_in_the_work_tables_and_the_history_and_the_costs_stay()
    {
        var (guest, account, other) = (await stack.UserAsync(), await stack.UserAsync(), await stack.UserAsync());
        var jobs = new List<Guid>();
        foreach (var user in new[] { guest, account, other, account })
        {
            var jobId = await OverlayAsync(user);
            await _past.CompleteAsync(jobId);
            await PastJobs.EndedAsync(user, jobId);
            jobs.Add(jobId);
        }
        await stack.JobsDatabase.ExecuteAsync(
            "insert into job_paths (job_id, path) select job_id, '{}' from jobs "
            + $"where job_id in ({string.Join(',', jobs.Select(job => $"'{job}'"))})");
        await _past.MoveAsync(jobs[3], days: 60);
        await stack.JobsDatabase.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{guest.UserId}', '{account.UserId}', now())");

        Assert.Equal("", await DeleteAsync(account));
        Assert.Equal("", await DeleteAsync(account));

        foreach (var (jobId, isErased) in jobs.Zip([true, true, false, true]))
        {
            Assert.Equal(isErased ? 0 : 1, await CountAsync(
                $"from (select to_jsonb(jobs)::text as row, job_id from jobs union all select job::text, job_id from job_history) found "
                + $"where job_id = '{jobId}' and (row like '%a private text%' or row like '%my-project%' or row like '%\"path\"%')"));
            Assert.Equal(isErased ? 0 : 1, await CountAsync($"from job_paths where job_id = '{jobId}'"));
        }
        Assert.Equal(0, await CountAsync($"from idempotency_records where user_id in ('{guest.UserId}', '{account.UserId}')"));
        var receipt = await account.GetAsync(jobs[3]);
        Assert.True(receipt.GetProperty("cost_cents").GetInt64() > 0);
        Assert.Equal("completed", (await account.GetAsync(jobs[0])).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_user_reads_all_own_jobs_with_their_texts_those_of_the_history_too()
    {
        var (account, other) = (await stack.UserAsync(), await stack.UserAsync());
        var jobs = new List<Guid>();
        foreach (var user in new[] { account, account, other })
        {
            jobs.Add(await OverlayAsync(user));
            await _past.CompleteAsync(jobs[^1]);
            await PastJobs.EndedAsync(user, jobs[^1]);
        }
        await _past.MoveAsync(jobs[0], days: 60);

        using var call = new UserDataService.UserDataServiceClient(stack.App.Invoker()).ReadUser(
            new ReadUserRequest { UserId = $"{account.UserId}" });
        var entries = await call.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();

        Assert.Equal([("jobs", jobs[1]), ("jobs", jobs[0])], entries.Select(entry =>
            (entry.List, JsonDocument.Parse(entry.Json).RootElement.GetProperty("job_id").GetGuid())));
        Assert.All(entries, entry => Assert.Contains("a private text", entry.Json, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_jobs_are_cancelled_and_waited_for()
    {
        var user = await stack.UserAsync();
        var jobId = await OverlayAsync(user);
        await stack.SubmittedAsync(jobId);

        await Eventually.IsTrueAsync(async () => await DeleteAsync(user) == "", "the jobs have ended");

        Assert.Equal("cancelled", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        Assert.Equal((100, 0), await user.BalanceAsync());
        Assert.Equal(0, await PrivateJobsAsync(user));
    }

    [Fact]
    public async Task A_job_that_ends_during_the_erasure_is_erased_by_the_next_call()
    {
        const string Lock = "4711";
        var user = await stack.UserAsync();
        var jobId = await OverlayAsync(user);
        await stack.SubmittedAsync(jobId);
        await using var connection = new NpgsqlConnection(stack.JobsDatabase.ConnectionString);
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand($"select pg_advisory_lock({Lock})", connection);
        await hold.ExecuteNonQueryAsync();
        await stack.JobsDatabase.ExecuteAsync(
            $"""
            create function wait_for_test() returns trigger language plpgsql as $$
            begin perform pg_advisory_xact_lock({Lock}); return null; end $$;
            create trigger tr_wait_for_test before update on job_history for each statement execute function wait_for_test()
            """);
        stack.WalletGate.Close();
        var deleted = DeleteAsync(user);
        await Eventually.IsTrueAsync(
            () => stack.JobsDatabase.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')"),
            "the work tables have been erased, and the history has not");

        stack.WalletGate.Reopen();
        await user.BecomesAsync(jobId, "cancelled");
        await using var release = new NpgsqlCommand($"select pg_advisory_unlock({Lock})", connection);
        await release.ExecuteNonQueryAsync();

        Assert.Equal("open_jobs", await deleted);
        await stack.JobsDatabase.ExecuteAsync("drop trigger tr_wait_for_test on job_history");
        Assert.Equal("", await DeleteAsync(user));
        Assert.Equal(0, await PrivateJobsAsync(user));
    }

    private Task<long> PrivateJobsAsync(JobUser user) => CountAsync(
        $"from jobs where user_id = '{user.UserId}' and (work::text like '%private%' or project_id <> '')");

    private async Task<Guid> OverlayAsync(JobUser user)
    {
        using var answer = await user.PostAsync(
            "/api/jobs",
            new
            {
                project_id = "my-project",
                type = "overlay",
                @params = new
                {
                    source_key = user.SourceKey,
                    overlay_layers = new[] { new { type = "text", x = 1, y = 1, text = "a private text" } },
                },
            },
            $"key-{Guid.NewGuid()}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("job_id").GetGuid();
    }

    private async Task<string> DeleteAsync(JobUser user) => (await new DeletedUsersService.DeletedUsersServiceClient(stack.App.Invoker())
        .DeleteUserAsync(new DeleteUserRequest { UserId = $"{user.UserId}" })).WaitsFor;

    private Task<long> CountAsync(string rows) => stack.JobsDatabase.ScalarAsync<long>($"select count(*) {rows}");
}
