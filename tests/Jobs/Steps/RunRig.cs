using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs whose submission has no answer; its deadline is short.</summary>
public sealed class RunRig : IAsyncLifetime
{
    public const int UnansweredSeconds = 21;

    public JobsStack Stack { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Stack.InitializeWithoutJobsAsync();
        await Stack.UseJobsAsync(
            ("Jobs:ExecutionBaseSeconds", "20"), ("Jobs:ExecutionSecondsPerSecond", "0"), ("Jobs:ExecutionGraceSeconds", "0"),
            ("Jobs:UnknownWaitSeconds", "1"), ("Jobs:MaxBackoffSeconds", "1"), ("RunPod:MicrodollarsPerSecond", "310"));
    }

    public ValueTask DisposeAsync() => Stack.DisposeAsync();

    /// <summary>The states of the job's runs, oldest first.</summary>
    public Task<string?> StatesAsync(Guid jobId) => Stack.JobsDatabase.ScalarAsync<string?>(
        $"select coalesce(string_agg(state, ',' order by number), '') from runs where job_id = '{jobId}'");

    /// <summary>A job whose first run is an orphan at RunPod, and whose second is known.</summary>
    public async Task<(ScriptedJob First, ScriptedJob Second)> TwoRunsAsync(JobUser user)
    {
        var first = await Stack.CutAsync(user, isAccepted: true);
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "superseded,submitted", "it was submitted again");
        return (first, Assert.Single(Stack.RunPod.JobsOf(first.JobId), run => run != first));
    }
}
