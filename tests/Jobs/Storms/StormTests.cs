using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>
/// Orders of twenty users while RunPod, R2 and the network misbehave, every process is killed repeatedly and PostgreSQL is restarted:
/// in the end every job is final, every hold closed, every output there and everything else refunded once. The plan is drawn from the
/// seed. <c>STORM_SEEDS</c> says how many seeds, <c>STORM_FIRST_SEED</c> from which on, <c>STORM_JOBS</c> and <c>STORM_KILLS</c> how
/// large they are.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(RunSettings.Number("STORM_FIRST_SEED", 1), RunSettings.Number("STORM_SEEDS", 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_storm_every_job_is_final_and_paid_or_refunded_once(int seed)
    {
        var plan = new StormPlan(seed, RunSettings.Number("STORM_JOBS", 40), RunSettings.Number("STORM_KILLS", 1));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        void Tell(string line) => output.WriteLine($"{clock.Elapsed:mm\\:ss} {line}");
        Tell($"seed {plan.Seed}; STORM_FIRST_SEED={plan.Seed} STORM_JOBS={plan.Jobs} STORM_KILLS={plan.Kills} replays it");
        await using var storm = await Storm.StartAsync(plan, Tell);
        try
        {
            Tell("started");
            await storm.RageAsync();
            Tell("over");
            await storm.EndsRightAsync();
            Tell("right");
        }
        catch
        {
            output.WriteLine(storm.Log());
            throw;
        }
    }
}
