using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job's place in the queue and the time to its end.</summary>
public sealed class OutlookTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(("RunPod:MinOpenRuns", "1"), ("RunPod:OpenRunsPerWorker", "1"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_queued_job_tells_its_place_and_the_time_to_its_end()
    {
        var user = await _stack.UserAsync(1000);
        var health = _stack.App.Services.GetRequiredService<EndpointHealth>();
        await Eventually.IsTrueAsync(() => Task.FromResult(health.Read("local") is not null), "the endpoint's health was read");
        // Nothing is known about how long jobs take.
        var first = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(first);
        Assert.Equal((1, null), await OutlookAsync(user, first));
        Assert.Equal((null, null), Outlook((await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs")[0]));
        (work.Output, work.Status, work.ExecutionTime) = (new { progress = 50 }, "IN_PROGRESS", 1000);
        await user.BecomesAsync(first, "running");
        var (place, seconds) = await OutlookAsync(user, first);
        Assert.Null(place);
        Assert.InRange(seconds!.Value, 1, 60);
        await work.PutOutputAsync();
        // As long as the video.
        (work.Status, work.ExecutionTime) = ("COMPLETED", 30_000);
        await user.BecomesAsync(first, "completed");
        Assert.Equal((null, null), await OutlookAsync(user, first));

        // One runs or waits at RunPod, three wait here behind it.
        _stack.RunPod.Health = (1, 0);
        await Eventually.IsTrueAsync(() => Task.FromResult(health.Read("local") is { InQueue: 1 }), "the queue of RunPod is known");
        var jobs = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            jobs.Add(await user.CreateAsync());
            await _stack.SubmittedAsync(jobs[0]);
        }
        // What was read before the first job had ended is kept for a minute.
        _stack.App.Services.GetRequiredService<RunSpeeds>().Forget();
        Assert.Equal((1, 30), await OutlookAsync(user, jobs[0]));
        Assert.Equal((2, 60), await OutlookAsync(user, jobs[1]));
        Assert.Equal((3, 90), await OutlookAsync(user, jobs[2]));
        Assert.Equal((4, 120), await OutlookAsync(user, jobs[3]));
        var other = await _stack.UserAsync();
        Assert.Equal(3, (await OutlookAsync(other, await other.CreateAsync())).Place);
        Assert.Equal((5, 150), await OutlookAsync(user, jobs[3]));
    }

    private static (int? Place, int? Seconds) Outlook(JsonElement job) => (
        job.GetProperty("queue_position") is { ValueKind: JsonValueKind.Number } place ? place.GetInt32() : null,
        job.GetProperty("estimated_seconds") is { ValueKind: JsonValueKind.Number } seconds ? seconds.GetInt32() : null);

    private static async Task<(int? Place, int? Seconds)> OutlookAsync(JobUser user, Guid jobId) => Outlook(await user.GetAsync(jobId));
}
