using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Jobs whose submission has no answer; its deadline is short.</summary>
public sealed class RunRig : IAsyncLifetime
{
    public const int UnansweredSeconds = 21;

    /// <summary>Longer than until the first check of a submission without an answer.</summary>
    public const int GoneAfterSeconds = 10;

    public JobsStack Stack { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Stack.InitializeWithoutJobsAsync();
        await Stack.UseJobsAsync(
            ("Jobs:ExecutionBaseSeconds", "20"), ("Jobs:ExecutionSecondsPerSecond", "0"), ("Jobs:ExecutionGraceSeconds", "0"),
            ("Jobs:UnknownWaitSeconds", "1"), ("Jobs:GoneAfterSeconds", $"{GoneAfterSeconds}"), ("Jobs:MaxBackoffSeconds", "1"),
            ("RunPod:MicrodollarsPerSecond", "310"));
    }

    public ValueTask DisposeAsync() => Stack.DisposeAsync();

    /// <summary>The states of the job's runs, oldest first.</summary>
    public Task<string?> StatesAsync(Guid jobId) => Stack.JobsDatabase.ScalarAsync<string?>(
        $"select coalesce(string_agg(state, ',' order by number), '') from runs where job_id = '{jobId}'");

    /// <summary>A submission without an answer is as old as one that is no longer waited for.</summary>
    public Task PassDeadlineAsync(Guid jobId) => Stack.AgeRunsAsync(jobId, TimeSpan.FromSeconds(UnansweredSeconds));

    /// <summary>A job whose first run is an orphan at RunPod, and whose second is known.</summary>
    public async Task<(ScriptedJob First, ScriptedJob Second)> TwoRunsAsync(JobUser user)
    {
        var first = await Stack.CutAsync(user, isAccepted: true);
        await PassDeadlineAsync(first.JobId);
        return (first, await SecondRunAsync(first));
    }

    /// <summary>Waits for the run that comes after the first.</summary>
    public async Task<ScriptedJob> SecondRunAsync(ScriptedJob first)
    {
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "superseded,submitted", "it was submitted again");
        return Assert.Single(Stack.RunPod.JobsOf(first.JobId), run => run != first);
    }
}
