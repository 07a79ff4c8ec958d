using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A run that is lost by a fault of the provider's is replaced at our expense, a bounded number of times.</summary>
public sealed class ProviderRetryTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private const string OutOfMemory = "CUDA out of memory. Tried to allocate 2.00 GiB";

    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData("the worker exited while it ran the job")]
    [InlineData(OutOfMemory)]
    [InlineData(null)]
    public async Task A_job_whose_host_failed_runs_again_and_is_charged_once(string? error)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var first = await stack.SubmittedAsync(jobId);
        (first.Output, first.Status) = (new { progress = 40 }, "IN_PROGRESS");
        await user.BecomesAsync(jobId, "running");
        (first.Error, first.ExecutionTime, first.Status) = (error, 1500, "FAILED");
        var second = await SecondAsync(jobId, first);

        var job = await user.GetAsync(jobId);
        Assert.Equal(("running", 40), (job.GetProperty("status").GetString(), job.GetProperty("progress").GetInt32()));
        await second.PutOutputAsync();
        (second.ExecutionTime, second.Status) = (2000, "COMPLETED");
        await user.EndsAsync(jobId, "completed");
        Assert.Equal("failed,completed", await StatesAsync(jobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_host_that_fails_every_time_ends_the_job_with_its_refund()
    {
        var user = await stack.UserAsync();
        FailEveryRun(OutOfMemory);
        var jobId = await user.CreateAsync();
        var job = await user.EndsAsync(jobId, "failed");
        Assert.Equal(OutOfMemory, job.GetProperty("error").GetString());
        Assert.Equal("failed,failed,failed", await StatesAsync(jobId));
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_fault_of_the_input_is_not_tried_again()
    {
        var user = await stack.UserAsync();
        FailEveryRun("the source is not a video");
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "failed");
        Assert.Equal("failed", await StatesAsync(jobId));
    }

    [Fact]
    public async Task A_job_that_waits_for_its_second_run_can_be_cancelled()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var first = await stack.SubmittedAsync(jobId);
        stack.RunPod.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        (first.Error, first.Status) = (OutOfMemory, "FAILED");
        await Eventually.IsTrueAsync(async () => await StatesAsync(jobId) == "failed", "the first run has failed");
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_run_that_is_lost_before_its_submission_is_answered_is_followed_by_another()
    {
        var user = await stack.UserAsync();
        var calls = 0;
        stack.RunPod.OnRun = async (context, job) =>
        {
            stack.RunPod.Take(job);
            if (Interlocked.Increment(ref calls) == 1)
            {
                (job.Error, job.Status) = (OutOfMemory, "FAILED");
                (await stack.CallBackAsync(job)).Dispose();
                await Eventually.IsTrueAsync(async () => await StatesAsync(job.JobId) == "failed", "the run is lost");
                // The answer comes before the next run.
                await stack.JobsDatabase.ExecuteAsync(
                    $"update intents set due_at = now() + interval '2 s' where job_id = '{job.JobId}' and kind = 'dispatch'");
            }
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        var jobId = await user.CreateAsync();
        var first = await stack.SubmittedAsync(jobId);
        var second = await SecondAsync(jobId, first);
        await second.PutOutputAsync();
        (second.ExecutionTime, second.Status) = (2000, "COMPLETED");
        await user.EndsAsync(jobId, "completed");
        Assert.Equal("failed,completed", await StatesAsync(jobId));
    }

    [Fact]
    public void A_job_waits_for_its_next_run_since_the_last_one_was_lost()
    {
        var (options, start) = (new JobsOptions(), DateTimeOffset.UnixEpoch);
        var lost = new Run(Guid.NewGuid(), 1, "local", start);
        lost.Identify("id");
        lost.Apply(RunEvent.Accepted, start);
        Assert.Equal(start + options.QueueTimeout, options.QueueDeadline(start, [lost]));
        lost.Apply(RunEvent.Failed, start.AddHours(2));
        Assert.Equal(start.AddHours(2) + options.QueueTimeout, options.QueueDeadline(start, [lost]));
        // A hold lasts as long as all the runs that a job may have.
        Assert.True(options.HoldLifetime(30) >= options.MaxRuns * (options.QueueTimeout + options.Lifetime(30)));
    }

    private void FailEveryRun(string error) => stack.RunPod.OnRun = (context, job) =>
    {
        (job.Error, job.Status) = (error, "FAILED");
        stack.RunPod.Take(job);
        return ScriptedRunPod.AcceptAsync(context, job);
    };

    private Task<ScriptedJob> SecondAsync(Guid jobId, ScriptedJob first) => Eventually.BecomesAsync(
        () => Task.FromResult(stack.RunPod.JobsOf(jobId).FirstOrDefault(job => job != first)!), job => job is not null,
        "there is a second run");

    private Task<string?> StatesAsync(Guid jobId) => stack.JobsDatabase.ScalarAsync<string?>(
        $"select string_agg(state, ',' order by number) from runs where job_id = '{jobId}'");
}
