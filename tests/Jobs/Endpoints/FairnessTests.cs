namespace ReelBallers.Jobs.Tests;

/// <summary>Whole jobs of two users at an endpoint that takes a few at a time.</summary>
public sealed class FairnessTests(FairnessTests.Rig rig) : IClassFixture<FairnessTests.Rig>
{
    private const int Jobs = 100;

    [Fact]
    public async Task Many_jobs_of_a_user_do_not_delay_the_first_of_another()
    {
        var (many, one) = (await rig.Stack.UserAsync(1000), await rig.Stack.UserAsync());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Jobs), new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (_, _) => await many.CreateAsync());
        // Its own queue is kept short: the rest waits here.
        var first = await Task.WhenAll(rig.Stack.RunPod.Jobs.Values.Select(job => Task.FromResult(job)));
        Assert.InRange(first.Length, 1, Rig.MaxOpenRuns);
        var jobId = await one.CreateAsync();
        Assert.Empty(rig.Stack.RunPod.JobsOf(jobId));

        // Each run that ends makes place for one more.
        var ended = 0;
        while (rig.Stack.RunPod.JobsOf(jobId).Count == 0)
        {
            var open = rig.Stack.RunPod.Jobs.Values.First(job => job.Status == "IN_QUEUE");
            await open.DeliverAsync();
            using (await rig.Stack.CallBackAsync(open))
            {
            }
            ended++;
            await ReelBallers.TestKit.Eventually.IsTrueAsync(
                () => Task.FromResult(rig.Stack.RunPod.Jobs.Values.Count(job => job.Status == "IN_QUEUE") == Rig.MaxOpenRuns),
                "the next one is submitted");
        }
        Assert.InRange(ended, 1, 3);
    }

    public sealed class Rig : IAsyncLifetime
    {
        public const int MaxOpenRuns = 4;

        public JobsStack Stack { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(("RunPod:MinOpenRuns", $"{MaxOpenRuns}"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
