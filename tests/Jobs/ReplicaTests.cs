namespace ReelBallers.Jobs.Tests;

public class ReplicaTests
{
    [Fact]
    public async Task Replicas_dispatch_and_settle_each_job_once()
    {
        var stack = new JobsStack();
        await stack.InitializeWithoutJobsAsync();
        try
        {
            stack.RunPod.OnRun = async (context, job) =>
            {
                stack.RunPod.Take(job);
                await job.DeliverAsync();
                await ScriptedRunPod.AcceptAsync(context, job);
            };
            var replicas = new[] { await stack.StartJobsAsync(), await stack.StartJobsAsync() };
            var user = await stack.UserAsync(1000, replicas[0]);
            var users = replicas.Select(user.On).ToArray();
            var jobs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => users[i % 2].CreateAsync()));
            foreach (var jobId in jobs)
            {
                var job = await user.BecomesAsync(jobId, "completed");
                Assert.Equal("completed", job.GetProperty("status").GetString());
                Assert.Single(stack.RunPod.JobsOf(jobId));
            }
            Assert.Equal(40, stack.RunPod.Runs);
            Assert.Equal((800, 0), await user.BalanceAsync());
        }
        finally
        {
            await stack.DisposeAsync();
        }
    }
}
