using ReelBallers.EndToEnd.Tests.Contract;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// Thousands of requests to every operation of the OpenAPI document, each right but for what an attacker does to it.
/// <c>FUZZ_SEED=…</c> repeats a run, <c>FUZZ_ONLY=…</c> sends one request of it alone, <c>FUZZ_REQUESTS=…</c> sets their number.
/// </summary>
[Collection(nameof(Stack))]
public sealed class FuzzTests(Stack stack)
{
    [Fact]
    public async Task No_request_causes_a_server_error_moves_money_or_affects_another_user()
    {
        var settings = FuzzSettings.Read();
        await using var victim = await Victim.ArriveAsync(stack);
        var document = await ApiDocument.LoadAsync(stack);
        using var first = new ContractClient(stack, document) { Token = await stack.AdminTokenAsync() };
        using var world = await FuzzWorld.PrepareAsync(stack, victim, first, settings.Seed);
        var rules = new FuzzRules(document, await victim.SecretsAsync(), world.Sessions(first));
        var (books, acts) = (new ExpectedLedger(), new OperatorBooks(world.Operators));
        var run = new FuzzRun(stack, world, rules, books, acts);

        await run.SendAllAsync(settings);

        var wrong = new List<string>();
        await world.Operators.EndAsync(first);
        Assert.True(acts.Acts > 0 || settings.Only is not null, "no act of an operator has succeeded");
        if (await Record.ExceptionAsync(victim.StreamsAreAliveAsync) is { } disturbed)
        {
            wrong.Add(disturbed.Message);
        }
        foreach (var actor in world.Attackers)
        {
            wrong.AddRange(await books.ViolationsAsync(actor));
        }
        wrong.AddRange(await books.LostAsync(world.Attackers));
        wrong.AddRange(await acts.ViolationsAsync(first));
        if (await Record.ExceptionAsync(() => LedgerAudit.AssertCleanAsync(stack)) is { } unsound)
        {
            wrong.Add(unsound.Message);
        }
        Assert.True(run.IsClean && wrong.Count == 0,
            $"FUZZ_SEED={settings.Seed} ({acts.Acts} acts of operators) found:\n{string.Join('\n', wrong.Take(50))}\n{run.Report()}"
            + $"\nWhat was logged last:\n{stack.Evidence.Warnings(100)}");
    }
}
