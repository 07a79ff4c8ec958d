using ReelBallers.Operations.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>Operators are told of the inconsistencies in all databases of the ledger.</summary>
[Collection("Two databases")]
public sealed class ShardedFindingTests(TwoDatabases fixture)
{
    [Fact]
    public async Task The_findings_of_both_databases_are_one_list_with_the_newest_first()
    {
        var users = new[] { TwoDatabases.UserIn(0), TwoDatabases.UserIn(1) };
        for (var number = 0; number < 2; number++)
        {
            await fixture.Databases[number].ExecuteAsync(
                $"""
                INSERT INTO audit_findings (user_id, code, sequence, detail, found_at)
                VALUES ('{users[number]}', 'chain_broken', 3, 'It differs.', now() + interval '{number} hours')
                """);
        }
        var found = (await fixture.App.ConditionsAsync())[ConditionKinds.AuditFinding].Conditions.Select(one => one.Subject)
            .Where(subject => users.Any(user => subject.StartsWith(user, StringComparison.Ordinal)));
        Assert.Equal([$"{users[1]}/chain_broken/3", $"{users[0]}/chain_broken/3"], found);
    }
}
