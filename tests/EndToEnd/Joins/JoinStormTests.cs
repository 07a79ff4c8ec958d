using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// People sign in on two browsers, whose wallets are joined, while debits, a job's hold, refunds, disputes and late payments run and each
/// service is killed with -9: in the end the books agree with what the people were told, and both browsers see everything. The plan is
/// drawn from the seed. <c>STORM_SEEDS</c> says how many seeds, <c>STORM_FIRST_SEED</c> from which on, <c>STORM_PEOPLE</c> how many people.
/// </summary>
[Collection(nameof(Stack))]
public sealed class JoinStormTests(Stack stack, ITestOutputHelper output)
{
    private static readonly string[] Services = ["gateway", "accounts", "wallet", "payments", "storage", "jobs"];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(RunSettings.Number("STORM_FIRST_SEED", 1), RunSettings.Number("STORM_SEEDS", 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_sign_ins_on_two_browsers_and_a_kill_of_each_service_the_books_agree(int seed)
    {
        var (random, clock) = (new Random(seed), Stopwatch.StartNew());
        output.WriteLine($"seed {seed}; STORM_FIRST_SEED={seed} replays it");
        using var wallet = new StormWallet(stack);
        var people = Enumerable.Range(0, RunSettings.Number("STORM_PEOPLE", 2))
            .Select(_ => new StormPerson(stack, wallet, new Random(random.Next()))).ToList();
        try
        {
            var lives = Task.WhenAll(people.Select(person => person.LiveAsync()));
            var services = Services.OrderBy(_ => random.Next()).ToList();
            foreach (var service in services)
            {
                var planned = people.Count * StormPerson.PlannedActs * services.IndexOf(service) / services.Count;
                await Eventually.IsTrueAsync(
                    () => Task.FromResult(lives.IsCompleted || people.Sum(person => person.Acts) >= planned), $"{planned} acts are over");
                await stack.KillAsync(service);
                output.WriteLine($"{clock.Elapsed:mm\\:ss} {service} is killed");
            }
            await lives;
            await stack.IsHealthyAsync();
            Assert.True(people.Sum(person => person.Interrupted) > 0, "No kill has interrupted a request.");
            foreach (var person in people)
            {
                await person.AgreesAsync();
            }
            await LedgerAudit.AssertCleanAsync(stack);
            output.WriteLine($"{clock.Elapsed:mm\\:ss} agrees");
        }
        finally
        {
            people.ForEach(person => person.Dispose());
        }
    }
}
