using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The user cancels while RunPod completes: exactly one of the two happens, and the tests see both.</summary>
public sealed class CancelRaceTests(LocalRunPodRig rig) : IClassFixture<LocalRunPodRig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    private const int MaxRounds = 40;

    [Fact]
    public async Task A_cancel_that_races_with_the_completion_ends_in_one_of_them_and_both_are_seen()
    {
        await rig.ClearFaultsAsync();
        var user = await rig.Stack.UserAsync(cents: 1000);
        // Halves the time between a cancel that came early enough and one that came too late, so that it closes in on the race. An
        // interval that has closed is opened again, since the machine may have become slower or faster meanwhile.
        var (early, late) = (TimeSpan.Zero, await WholeAsync(user));
        var (cancelled, completed) = (0, 0);
        for (var round = 0; round < MaxRounds && (cancelled < 2 || completed < 2); round++)
        {
            var delay = cancelled == 0 ? early : (early + late) / 2;
            if (await RaceAsync(user, delay) == "cancelled")
            {
                cancelled++;
                early = delay;
                late = late < early * 1.05 ? early * 1.5 : late;
            }
            else
            {
                completed++;
                late = delay;
                early = early > late / 1.05 ? late / 1.5 : early;
            }
        }
        Assert.True(cancelled >= 2 && completed >= 2, $"{cancelled} cancelled, {completed} completed");
        await rig.NothingRunsAsync();
        await Eventually.IsTrueAsync(
            async () => await rig.Stack.JobsDatabase.ScalarAsync<long>("select count(*) from runs where ended_at is null") == 0,
            "every run has ended");
    }

    /// <summary>How long a job takes that is not cancelled.</summary>
    private static async Task<TimeSpan> WholeAsync(JobUser user)
    {
        var started = TimeProvider.System.GetTimestamp();
        var job = await user.BecomesAsync(await user.CreateAsync(), "completed");
        Assert.Equal("completed", job.GetProperty("status").GetString());
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static async Task<string> RaceAsync(JobUser user, TimeSpan delay)
    {
        var before = await user.BalanceAsync();
        var entries = (await user.StatementAsync()).Count;
        var jobId = await user.CreateAsync();
        await Task.Delay(delay);
        using var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        var job = await Eventually.BecomesAsync(
            () => user.GetAsync(jobId), job => job.GetProperty("status").GetString() is "completed" or "cancelled", "it ends");
        var end = job.GetProperty("status").GetString()!;
        Assert.Equal(end == "completed" ? HttpStatusCode.Conflict : HttpStatusCode.Accepted, cancel.StatusCode);
        Assert.Equal((before.Balance - (end == "completed" ? Cost : 0), 0), await user.BalanceAsync());
        Assert.Equal(end == "completed" ? [-Cost] : [-Cost, Cost], (await user.StatementAsync()).Skip(entries));
        return end;
    }
}
