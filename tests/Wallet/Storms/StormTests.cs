using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// People with two browsers and an account pay, spend, get refunds and dispute payments under all of their ids while the wallets are
/// joined and the replicas of the service are killed with -9 in turn: in the end the books agree with every outcome that a caller was
/// told. The plan is drawn from the seed. <c>STORM_SEEDS</c> says how many seeds, <c>STORM_FIRST_SEED</c> from which on,
/// <c>STORM_KILLS</c> how often a replica is killed and <c>STORM_PEOPLE</c> how many people live through each kill.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(RunSettings.Number("STORM_FIRST_SEED", 1), RunSettings.Number("STORM_SEEDS", 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_storm_of_joins_the_books_agree_with_what_callers_were_told(int seed)
    {
        var (kills, people) = (RunSettings.Number("STORM_KILLS", 2), RunSettings.Number("STORM_PEOPLE", 5));
        var clock = Stopwatch.StartNew();
        void Tell(string line) => output.WriteLine($"{clock.Elapsed:mm\\:ss} {line}");
        Tell($"seed {seed}; STORM_FIRST_SEED={seed} STORM_KILLS={kills} STORM_PEOPLE={people} replays it");
        await using var storm = await Storm.StartAsync(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            await storm.RageAsync(people, kill);
            Tell($"{kill + 1} of {kills} kills");
        }
        await storm.AgreesAsync();
        Tell("agrees");
    }
}
