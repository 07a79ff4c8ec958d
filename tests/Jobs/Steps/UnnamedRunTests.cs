using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A run that was closed here and whose id RunPod has never told has an end all the same.</summary>
public sealed class UnnamedRunTests(UnnamedRunTests.Rig rig) : IClassFixture<UnnamedRunTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task It_has_ended_when_the_endpoint_is_idle()
    {
        var jobId = await CancelledAsync();
        Assert.Equal("1 cancelled open", await RunAsync(jobId));
        _stack.RunPod.Health = (0, 0);
        await EndsAsync(jobId);
    }

    [Fact]
    public async Task It_has_ended_with_its_longest_life_on_a_busy_endpoint()
    {
        var jobId = await CancelledAsync();
        await EndsAsync(jobId);
        Assert.True(
            await _stack.JobsDatabase.ScalarAsync<bool>(
                $"select ended_at - submitted_at >= interval '{Rig.LifetimeSeconds} s' from runs where job_id = '{jobId}'"));
    }

    [Fact]
    public async Task An_id_of_a_callback_that_RunPod_does_not_know_leaves_it_unnamed()
    {
        var jobId = await CancelledAsync();
        using (await _stack.CallBackAsync(rig.Cut!, "FAILED"))
        {
        }
        await Eventually.IsTrueAsync(
            () => _stack.JobsDatabase.ScalarAsync<bool>($"select hinted_runpod_id is null from runs where job_id = '{jobId}'"),
            "RunPod does not know the id");
        Assert.Equal("1 cancelled open", await RunAsync(jobId));
        _stack.RunPod.Health = (0, 0);
        await EndsAsync(jobId);
    }

    /// <summary>A job that was cancelled while its submission had no answer, on a busy endpoint.</summary>
    private async Task<Guid> CancelledAsync()
    {
        _stack.RunPod.Health = (1, 0);
        _stack.RunPod.OnRun = (context, job) =>
        {
            rig.Cut = job;
            context.Abort();
            return Task.CompletedTask;
        };
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await Eventually.IsTrueAsync(async () => await RunAsync(jobId) == "1 unanswered open", "its fate is unknown");
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
        return jobId;
    }

    private Task EndsAsync(Guid jobId) => Eventually.IsTrueAsync(
        async () => await RunAsync(jobId) == "1 cancelled ended"
            && await _stack.JobsDatabase.ScalarAsync<long>($"select count(*) from intents where job_id = '{jobId}'") == 0,
        "the run has ended, and nothing is left to do");

    private Task<string> RunAsync(Guid jobId) => _stack.JobsDatabase.ScalarAsync<string>(
        $"""
        select coalesce(string_agg(number || ' ' || state || case when ended_at is null then ' open' else ' ended' end, ','), '')
        from runs where job_id = '{jobId}'
        """);

    /// <summary>A run lives for a few seconds.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        public const int LifetimeSeconds = 15;

        public JobsStack Stack { get; } = new();

        /// <summary>The last submission.</summary>
        public ScriptedJob? Cut { get; set; }

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(
                ("Jobs:QueueTimeoutSeconds", "10"), ("Jobs:ExecutionBaseSeconds", "5"), ("Jobs:ExecutionSecondsPerSecond", "0"),
                ("Jobs:ExecutionGraceSeconds", "0"), ("Jobs:MaxBackoffSeconds", "1"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
