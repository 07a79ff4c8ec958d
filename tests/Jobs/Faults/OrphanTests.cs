using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A run that Jobs no longer waits for is stopped at RunPod as soon as its id is known.</summary>
public sealed class OrphanTests(OrphanTests.Rig rig) : IClassFixture<OrphanTests.Rig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    private const string Run = "POST /v2/local/run";

    [Fact]
    public async Task Of_two_runs_the_first_that_delivers_wins_and_the_other_is_stopped()
    {
        await rig.ClearFaultsAsync();
        var lost = await rig.FaultAsync(Run, "cut_after_effect");
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await rig.HasStruckAsync(lost);
        await rig.RunsBecomeAsync(jobId, "superseded (open), submitted (open)");
        var second = await rig.Stack.JobsDatabase.ScalarAsync<string>(
            $"select runpod_id from runs where job_id = '{jobId}' and number = 2");
        Assert.Equal((2, 0), await rig.OpenAtRunPodAsync());

        using var worker = new HandWorker(rig.Stack.Clouds.Host.RunPodUrl);
        var (first, input) = await worker.TakeAsync();
        Assert.NotEqual(second, first);
        await worker.DeliverAsync(first, input);

        await user.EndsAsync(jobId, "completed");
        await rig.RunsBecomeAsync(jobId, "completed, superseded");
        Assert.Equal("CANCELLED", await rig.StatusAsync(second));
        await rig.NothingRunsAsync();
        Assert.Equal([100, -Cost], await user.StatementAsync());
    }

    [Fact]
    public async Task A_job_cancelled_before_the_answer_to_its_submission_is_stopped_when_the_answer_comes()
    {
        await rig.ClearFaultsAsync();
        var late = await rig.FaultAsync(Run, "delay_after_effect", delayMs: 1500);
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await rig.HasStruckAsync(late);
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
        await rig.RunsBecomeAsync(jobId, "cancelled");
        var run = await rig.Stack.JobsDatabase.ScalarAsync<string>($"select runpod_id from runs where job_id = '{jobId}'");
        Assert.Equal("CANCELLED", await rig.StatusAsync(run));
        await rig.NothingRunsAsync();
    }

    [Theory]
    [InlineData("status", 500)]
    [InlineData("status", 429)]
    [InlineData("cut", null)]
    [InlineData("cut_after_effect", null)]
    [InlineData("status_after_effect", 502)]
    public async Task A_run_is_stopped_although_RunPod_does_not_answer_the_first_calls(string kind, int? status)
    {
        await rig.ClearFaultsAsync();
        var fault = await rig.FaultAsync("POST /v2/local/cancel", kind, times: 2, status);
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await rig.RunsBecomeAsync(jobId, "submitted (open)");
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
        await rig.RunsBecomeAsync(jobId, "cancelled");
        await rig.NothingRunsAsync();
        await rig.HasStruckAsync(fault);
    }

    /// <summary>Jobs wait in RunPod's queue until a test takes them, and a submission without an answer is waited for briefly.</summary>
    public sealed class Rig : LocalRunPodRig
    {
        protected override (string Key, string Value)[] Settings =>
        [
            ("Jobs:ExecutionBaseSeconds", "20"), ("Jobs:ExecutionGraceSeconds", "0"), ("Jobs:UnknownWaitSeconds", "1"),
            ("RunPod:TimeoutSeconds", "5"),
        ];

        protected override int Workers => 0;
    }
}
