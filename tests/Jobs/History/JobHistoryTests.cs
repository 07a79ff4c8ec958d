using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Jobs.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs that ended a while ago leave the work tables; their users see them as before.</summary>
public sealed class JobHistoryTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private JobArchiver Archiver => stack.App.Services.GetRequiredService<JobArchiver>();

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task A_moved_job_reads_as_before_with_its_receipt()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await CompleteAsync(jobId);
        var before = await user.EndsAsync(jobId, "completed");
        await MoveAsync(jobId, days: 8);
        // The times of the work table are those that the test has moved.
        Assert.Equal(Comparable(before), Comparable(await user.GetAsync(jobId)));
        Assert.Equal(1, before.GetProperty("receipt").GetProperty("runs").GetArrayLength());

        var listed = (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs");
        Assert.Equal(jobId, Assert.Single(listed.EnumerateArray()).GetProperty("job_id").GetGuid());
        Assert.Contains("completed", await user.Client.GetStringAsync($"/api/jobs/{jobId}/events"), StringComparison.Ordinal);
        var service = new V1.JobsService.JobsServiceClient(stack.App.Invoker());
        Assert.Equal(5, (await service.GetReceiptAsync(new GetReceiptRequest { JobId = jobId.ToString() })).SettledCents);
        Assert.Equal(5, (await service.GetJobAsync(
            new GetJobRequest { UserId = user.UserId.ToString(), JobId = jobId.ToString() })).CostCents);

        var other = await stack.UserAsync(cents: 0);
        using var hidden = await other.Client.GetAsync($"/api/jobs/{jobId}");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Empty((await other.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task The_path_of_a_moved_track_job_is_still_there()
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync("/api/jobs", new
        {
            project_id = "project",
            type = "track",
            @params = new { source_key = user.SourceKey, track = new { time = 0, x = 10, y = 10, width = 100, height = 100 } },
        });
        var jobId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid();
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync(new { crop_keyframes = new[] { new { time = 0, x = 1, y = 2, width = 300, height = 200 } } });
        work.Status = "COMPLETED";
        var before = await user.EndsAsync(jobId, "completed");
        Assert.Equal(1, before.GetProperty("crop_keyframes").GetArrayLength());
        await MoveAsync(jobId, days: 8);
        Assert.Equal(Comparable(before), Comparable(await user.GetAsync(jobId)));
    }

    [Fact]
    public async Task A_moved_job_cannot_be_cancelled_and_can_be_tried_again()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        await user.EndsAsync(jobId, "failed");
        await MoveAsync(jobId, days: 31);
        using var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        Assert.Equal(HttpStatusCode.Conflict, cancel.StatusCode);
        using var retry = await user.PostAsync($"/api/jobs/{jobId}/retry", new { });
        Assert.Equal(HttpStatusCode.Accepted, retry.StatusCode);
    }

    [Theory]
    [InlineData("COMPLETED", 6, false)]
    [InlineData("COMPLETED", 8, true)]
    [InlineData("FAILED", 8, false)]
    [InlineData("FAILED", 29, false)]
    [InlineData("FAILED", 31, true)]
    [InlineData("CANCELLED", 31, true)]
    [InlineData("TIMED_OUT", 31, true)]
    public async Task Completed_jobs_move_after_a_week_and_others_after_a_month(string said, int days, bool isMoved)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        if (said == "COMPLETED")
        {
            await CompleteAsync(jobId);
        }
        else
        {
            (await stack.SubmittedAsync(jobId)).Status = said;
        }
        await EndedAsync(user, jobId);
        await AgeAsync(jobId, days);
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal(isMoved ? (0, 1, 0, 0) : (1, 0, 1, await IntentsAsync(jobId)), await RowsAsync(jobId));
    }

    [Fact]
    public async Task A_job_with_a_step_to_do_stays_and_one_that_an_operator_has_stays_for_a_month()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await CompleteAsync(jobId);
        await user.EndsAsync(jobId, "completed");
        await stack.JobsDatabase.ExecuteAsync(
            $"insert into intents (job_id, kind, due_at, attempts, failures) values ('{jobId}', 'cancel', now() + interval '1 day', 0, 0)");
        await AgeAsync(jobId, days: 31);
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal((1, 0, 1, 1), await RowsAsync(jobId));

        await stack.JobsDatabase.ExecuteAsync($"update intents set dead_since = now() where job_id = '{jobId}'");
        await AgeAsync(jobId, days: 29);
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal((1, 0, 1, 1), await RowsAsync(jobId));

        await MoveAsync(jobId, days: 31);
        Assert.Equal((0, 1, 0, 0), await RowsAsync(jobId));
    }

    [Fact]
    public async Task A_decided_job_whose_money_has_not_moved_stays()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        stack.WalletGate.HoldAnswers = true;
        work.Status = "FAILED";
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from jobs where job_id = '{jobId}' and outcome = 'failed'") == 1,
            "it is decided");
        await AgeAsync(jobId, days: 400);
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal((1, 0), ((await RowsAsync(jobId)).Jobs, (await RowsAsync(jobId)).Past));
        stack.WalletGate.HoldAnswers = false;
        await user.EndsAsync(jobId, "failed");
    }

    [Fact]
    public async Task Recent_and_moved_jobs_are_listed_in_one_order()
    {
        var user = await stack.UserAsync(cents: 1000);
        var jobs = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            jobs.Insert(0, await user.CreateAsync());
            if (i % 2 == 0)
            {
                await CompleteAsync(jobs[0]);
            }
            else
            {
                (await stack.SubmittedAsync(jobs[0])).Status = "FAILED";
            }
            await EndedAsync(user, jobs[0]);
            // The first ones are the oldest; the failed ones among them stay in the work tables.
            await AgeAsync(jobs[0], days: 14 - i);
        }
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal((3L, 4L), (await CountAsync(user, "jobs"), await CountAsync(user, "job_history")));
        var (pages, cursor) = (new List<Guid>(), "");
        do
        {
            var page = await user.Client.GetFromJsonAsync<JsonElement>($"/api/jobs?limit=2{cursor}");
            pages.AddRange(page.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("job_id").GetGuid()));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(jobs, pages);
        var completed = await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs?status=completed");
        Assert.Equal(4, completed.GetProperty("jobs").GetArrayLength());
    }

    private async Task CompleteAsync(Guid jobId)
    {
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        (work.ExecutionTime, work.Status) = (1200, "COMPLETED");
    }

    private static Task EndedAsync(JobUser user, Guid jobId) => Eventually.BecomesAsync(
        () => user.GetAsync(jobId), job => job.GetProperty("status").GetString() is not ("queued" or "running"), "it has ended");

    private async Task MoveAsync(Guid jobId, int days)
    {
        await AgeAsync(jobId, days);
        await Archiver.MoveAsync(CancellationToken.None);
        Assert.Equal((0, 1, 0, 0), await RowsAsync(jobId));
    }

    private Task AgeAsync(Guid jobId, int days) => stack.JobsDatabase.ExecuteAsync(
        $"update jobs set updated_at = now() - interval '{days} days', "
        + $"created_at = now() - interval '{days} days' where job_id = '{jobId}'");

    private async Task<(long Jobs, long Past, long Runs, long Intents)> RowsAsync(Guid jobId) => (
        await CountAsync(jobId, "jobs"), await CountAsync(jobId, "job_history"), await CountAsync(jobId, "runs"),
        await IntentsAsync(jobId));

    private Task<long> IntentsAsync(Guid jobId) => CountAsync(jobId, "intents");

    private Task<long> CountAsync(Guid jobId, string table) =>
        stack.JobsDatabase.ScalarAsync<long>($"select count(*) from {table} where job_id = '{jobId}'");

    private Task<long> CountAsync(JobUser user, string table) =>
        stack.JobsDatabase.ScalarAsync<long>($"select count(*) from {table} where user_id = '{user.UserId}'");

    private static string Comparable(JsonElement job) => string.Join(
        '\n', job.EnumerateObject().Where(member => member.Name is not ("created_at" or "updated_at")).Select(member => member.ToString()));
}
