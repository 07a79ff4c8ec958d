using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>
/// Payments of all outcomes, webhooks that are lost, duplicated, late and out of order, two replicas that are killed in turn and
/// reconcile all the while, and outages of days: in the end the wallets match Stripe. The storm has a stack of its own, so it runs beside
/// the other tests. <c>STORM_SEEDS</c> says how many seeds, <c>STORM_FIRST_SEED</c> from which on, <c>STORM_ACTS</c> and
/// <c>STORM_PAYMENTS</c> how many outages there are and how many payments before each.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(RunSettings.Number("STORM_FIRST_SEED", 1), RunSettings.Number("STORM_SEEDS", 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_storm_the_wallet_matches_Stripe_to_the_cent(int seed)
    {
        var (acts, payments) = (RunSettings.Number("STORM_ACTS", 2), RunSettings.Number("STORM_PAYMENTS", 40));
        var clock = Stopwatch.StartNew();
        void Tell(string line) => output.WriteLine($"{clock.Elapsed:mm\\:ss} {line}");
        Tell($"seed {seed}; STORM_FIRST_SEED={seed} STORM_ACTS={acts} STORM_PAYMENTS={payments} replays it");
        await using var storm = await Storm.StartAsync(seed, Tell);
        Tell("started");
        try
        {
            await storm.RageAsync(acts, payments);
            Tell("raged");
            await storm.CalmAsync();
            Tell("calm");
            await storm.AgreesAsync();
        }
        catch
        {
            storm.Errors.TakeLast(20).ToList().ForEach(Tell);
            throw;
        }
    }
}
