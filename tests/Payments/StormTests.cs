using System.Globalization;

namespace ReelBallers.Payments.Tests;

/// <summary>
/// Payments of all outcomes, webhooks that are lost, duplicated, late and out of order, and a service that is killed
/// repeatedly: in the end the wallet matches Stripe. The storm has a stack of its own, so it runs beside the other tests.
/// <c>STORM_SEEDS</c> says how many seeds, <c>STORM_FIRST_SEED</c> from which on.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(Setting("STORM_FIRST_SEED", 1), Setting("STORM_SEEDS", 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_storm_the_wallet_matches_Stripe_to_the_cent(int seed)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var storm = await Storm.StartAsync(seed, output.WriteLine);
        output.WriteLine($"started {clock.Elapsed}");

        await storm.RunLoadAsync(payments: 300, kills: 5);
        output.WriteLine($"raged {clock.Elapsed}");
        await storm.ReconcileAllAsync();
        output.WriteLine($"calm {clock.Elapsed}");

        await storm.AgreesAsync();
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
