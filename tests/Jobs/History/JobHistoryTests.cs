using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Jobs.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs that ended a while ago leave the work tables; their users see them as before.</summary>
public sealed class JobHistoryTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task A_moved_job_reads_as_before_with_its_receipt()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _past.CompleteAsync(jobId);
        var before = await user.EndsAsync(jobId, "completed");
        await _past.MoveAsync(jobId, days: 8);
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
        await work.DeliverAsync(new { crop_keyframes = new[] { new { time = 0, x = 1, y = 2, width = 300, height = 200 } } });
        var before = await user.EndsAsync(jobId, "completed");
        Assert.Equal(1, before.GetProperty("crop_keyframes").GetArrayLength());
        await _past.MoveAsync(jobId, days: 8);
        Assert.Equal(Comparable(before), Comparable(await user.GetAsync(jobId)));
    }

    [Fact]
    public async Task A_moved_job_cannot_be_cancelled_and_can_be_tried_again()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        await user.EndsAsync(jobId, "failed");
        await _past.MoveAsync(jobId, days: 31);
        using var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        Assert.Equal(HttpStatusCode.Conflict, cancel.StatusCode);
        using var retry = await user.PostAsync($"/api/jobs/{jobId}/retry", new { });
        Assert.Equal(HttpStatusCode.Accepted, retry.StatusCode);
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
                await _past.CompleteAsync(jobs[0]);
            }
            else
            {
                (await stack.SubmittedAsync(jobs[0])).Status = "FAILED";
            }
            await PastJobs.EndedAsync(user, jobs[0]);
            // The first ones are the oldest; the failed ones among them stay in the work tables.
            await _past.AgeAsync(jobs[0], days: 14 - i);
        }
        await _past.ArchiveAsync();
        Assert.Equal((3L, 4L), (await _past.CountAsync(user, "jobs"), await _past.CountAsync(user, "job_history")));
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

    private static string Comparable(JsonElement job) => string.Join(
        '\n', job.EnumerateObject().Where(member => member.Name is not ("created_at" or "updated_at")).Select(member => member.ToString()));
}
