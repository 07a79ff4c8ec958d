using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs are followed by callbacks first, and by few polls.</summary>
public sealed class FollowTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_job_whose_callback_comes_is_read_from_RunPod_once()
    {
        var app = await stack.StartJobsAsync(("Jobs:FirstPollSeconds", "600"), ("Jobs:PollSeconds", "600"), ("Jobs:MaxPollSeconds", "600"));
        var user = (await stack.UserAsync(app: app)).On(app);
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        Assert.Equal(0, work.Reads);
        await work.DeliverAsync();
        using (await stack.CallBackAsync(work, app: app))
        {
        }
        await user.EndsAsync(jobId, "completed");
        Assert.Equal(1, work.Reads);
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("IN_QUEUE", 200)]
    [InlineData("IN_PROGRESS", 200)]
    [InlineData("IN_PROGRESS", 503)]
    public async Task A_poll_without_news_writes_nothing_but_its_time(string status, int statusCode)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 30 }, status);
        await user.BecomesAsync(jobId, status == "IN_PROGRESS" ? "running" : "queued");
        await ReadAgainAsync(work, 2);
        work.StatusCode = statusCode;
        await ReadAgainAsync(work, 1);
        var before = await VersionsAsync(jobId);
        var due = await DueAsync(jobId);
        // Growing times are no news.
        work.ExecutionTime = 5000;
        await ReadAgainAsync(work, 3);
        Assert.Equal(before, await VersionsAsync(jobId));
        Assert.True(await DueAsync(jobId) > due);
        // The lease of the last poll was not ended by a write: it runs out by itself.
        Assert.True(await stack.JobsDatabase.ScalarAsync<bool>(
            $"select lease_id is not null and attempts >= 3 from intents where job_id = '{jobId}' and kind = 'poll'"));
    }

    [Fact]
    public async Task A_poll_with_news_is_stored()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.Status = "IN_PROGRESS";
        await user.BecomesAsync(jobId, "running");
        work.WorkerId = "worker1";
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<string>(
                $"select coalesce(max(worker_id), '') from runs where job_id = '{jobId}'") == "worker1",
            "the worker is stored");
        work.Output = new { progress = 70 };
        await Eventually.IsTrueAsync(
            async () => (await user.GetAsync(jobId)).GetProperty("progress").GetInt32() == 70, "the progress is stored");
    }

    [Fact]
    public async Task The_polls_of_20_000_open_jobs_stay_below_the_rate_limit()
    {
        var database = await TestDatabase.CreateAsync();
        // Its loops are idle: RunPod is not called by what the test leases itself.
        var app = await stack.StartJobsAsync(
            ("ConnectionStrings:jobsdb", database.ConnectionString), ("Jobs:PollSeconds", "10"), ("Jobs:FirstPollSeconds", "10"),
            ("Jobs:MaxPollSeconds", "60"));
        await QueuePollsAsync(database, 20_000, "now() + interval '1 hour'");
        var replicas = app.Services.GetRequiredService<Replicas>();
        await replicas.ReadAsync(CancellationToken.None);
        Assert.Equal(20_000, replicas.OpenPolls);
        var times = app.Services.GetRequiredService<PollTimes>();
        var limit = app.Services.GetRequiredService<IOptions<RunPodOptions>>().Value.StatusCallsPerSecond;
        Assert.All(times.SecondsByAttempts(), seconds => Assert.InRange(20_000 / seconds, 1, limit * 0.75 + 0.1));
        Assert.InRange(times.First.TotalSeconds, 20_000 / (double)limit, 600);
        // With few jobs they are as configured.
        await database.ExecuteAsync("delete from intents");
        await replicas.ReadAsync(CancellationToken.None);
        Assert.Equal((10, 60), (times.SecondsByAttempts()[0], times.SecondsByAttempts()[^1]));
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_callback_does_not_wait_behind_thousands_of_late_polls()
    {
        var database = await TestDatabase.CreateAsync();
        var app = await stack.StartJobsAsync(
            ("ConnectionStrings:jobsdb", database.ConnectionString), ("RunPod:StatusCallsPerSecond", "1"));
        await QueuePollsAsync(database, 5_000, "now() - interval '1 hour'");
        var user = (await stack.UserAsync(app: app)).On(app);
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
        using (await stack.CallBackAsync(work, app: app))
        {
        }
        await user.EndsAsync(jobId, "completed");
        Assert.True(await database.ScalarAsync<long>("select count(*) from intents where kind = 'poll' and attempts = 0") > 1000);
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task QueuePollsAsync(TestDatabase database, int jobs, string due)
    {
        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = dataSource.CreateCommand(
            $$"""
            with new_jobs as (
              insert into jobs (job_id, user_id, operation_id, project_id, type, status, progress, cost_cents, refunded_cents,
                source_key, paid_seconds, work, version, created_at, updated_at, queued_at, hold_expires_at)
              select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'project', 'framing', 'running', 0, 5, 0,
                'key', 30, '{}', 1, now(), now(), now(), now() + interval '1 day'
              from generate_series(1, {{jobs}}) number returning job_id),
            new_runs as (
              insert into runs (job_id, number, endpoint_id, runpod_id, state, submitted_at, started_at)
              select job_id, 1, 'other', 'x' || job_id, 'running', now(), now() from new_jobs)
            insert into intents (job_id, kind, due_at, attempts, failures) select job_id, 'poll', {{due}}, 0, 0 from new_jobs
            """);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }

    private static Task ReadAgainAsync(ScriptedJob work, int times)
    {
        var reads = work.Reads;
        return Eventually.IsTrueAsync(() => Task.FromResult(work.Reads >= reads + times), "it is polled again");
    }

    /// <summary>Changes with every write to the rows of the job and its runs.</summary>
    private Task<string> VersionsAsync(Guid jobId) => stack.JobsDatabase.ScalarAsync<string>(
        $"select string_agg(jobs.xmin || ' ' || runs.xmin, ',') from jobs join runs using (job_id) where job_id = '{jobId}'");

    private Task<DateTime> DueAsync(Guid jobId) => stack.JobsDatabase.ScalarAsync<DateTime>(
        $"select due_at from intents where job_id = '{jobId}' and kind = 'poll'");
}
