namespace ReelBallers.Jobs.Tests;

/// <summary>R2 misbehaves for the worker and for Storage: a job is charged when its output is there, and refunded otherwise.</summary>
public sealed class StorageFaultTests(LocalRunPodRig rig) : IClassFixture<LocalRunPodRig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    private const string Source = "GET /reelballers-videos/{user}/input/";
    private const string Delivery = "PUT /reelballers-videos/{user}/output/";
    private const string Lookup = "HEAD /reelballers-videos/{user}/output/";
    private const string Reading = "GET /reelballers-videos/{user}/output/";

    [Theory]
    // The worker tries three times.
    [InlineData(Source, "status", 503, 2, "completed")]
    [InlineData(Source, "cut", null, 2, "completed")]
    [InlineData(Source, "cut_after_effect", null, 2, "completed")]
    [InlineData(Source, "delay", null, 1, "completed")]
    [InlineData(Source, "status", 503, 3, "failed")]
    [InlineData(Source, "status", 403, 1, "failed")]
    [InlineData(Delivery, "status", 503, 2, "completed")]
    [InlineData(Delivery, "cut", null, 2, "completed")]
    [InlineData(Delivery, "delay_after_effect", null, 1, "completed")]
    [InlineData(Delivery, "status", 503, 3, "failed")]
    // The object is there although the worker was told otherwise.
    [InlineData(Delivery, "cut_after_effect", null, 2, "completed")]
    [InlineData(Delivery, "status_after_effect", 500, 2, "completed")]
    // It gives up before it has written the manifest, without which nothing tells that the object is whole.
    [InlineData(Delivery, "cut_after_effect", null, 3, "failed")]
    [InlineData(Delivery, "status_after_effect", 500, 3, "failed")]
    // Storage looks for the output when the run has ended.
    [InlineData(Lookup, "status", 503, 8, "completed")]
    [InlineData(Lookup, "cut", null, 8, "completed")]
    [InlineData(Lookup, "delay", null, 1, "completed")]
    [InlineData(Reading, "status", 500, 4, "completed")]
    [InlineData(Reading, "cut", null, 4, "completed")]
    public async Task A_fault_of_R2_ends_in(string match, string kind, int? status, int times, string expected)
    {
        await rig.ClearFaultsAsync();
        var user = await rig.Stack.UserAsync();
        var fault = await rig.FaultAsync(
            match.Replace("{user}", user.UserId.ToString(), StringComparison.Ordinal), kind, times, status,
            kind.StartsWith("delay", StringComparison.Ordinal) ? 2000 : null, cloud: "r2");
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, expected);
        await rig.HasStruckAsync(fault, times);
        Assert.Equal(expected == "completed" ? [100, -Cost] : [100, -Cost, Cost], await user.StatementAsync());
    }
}
