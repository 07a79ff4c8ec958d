namespace ReelBallers.Jobs.Tests;

/// <summary>A worker that does not go on.</summary>
public sealed class StalledWorkerTests(StalledWorkerTests.Rig rig) : IClassFixture<StalledWorkerTests.Rig>
{
    private const string Run = "POST /v2/local/run";

    [Fact]
    public async Task It_ends_with_the_execution_timeout()
    {
        var fault = await rig.FaultAsync(Run, "stall_worker");
        var user = await rig.Stack.UserAsync();
        await user.EndsAsync(await user.CreateAsync(), "timed_out");
        await rig.HasStruckAsync(fault);
    }

    [Fact]
    public async Task Its_job_can_be_cancelled()
    {
        await rig.ClearFaultsAsync();
        var fault = await rig.FaultAsync(Run, "stall_worker");
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await user.BecomesAsync(jobId, "running");
        using (var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
            Assert.Equal(System.Net.HttpStatusCode.Accepted, cancel.StatusCode);
        }
        await user.EndsAsync(jobId, "cancelled");
        await rig.HasStruckAsync(fault);
        await rig.NothingRunsAsync();
    }

    /// <summary>A run may take a few seconds.</summary>
    public sealed class Rig : LocalRunPodRig
    {
        /// <inheritdoc />
        protected override (string Key, string Value)[] Settings => [("Jobs:ExecutionBaseSeconds", "30")];
    }
}
