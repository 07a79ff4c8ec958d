using ReelBallers.TestKit;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>A ledger stays on the databases that its users were divided among.</summary>
[Collection("Two databases")]
public sealed class ShardGuardTests(TwoDatabases fixture)
{
    [Theory]
    [InlineData("one database", "walletdb leads to database 0 of a ledger with 2, and it is configured as database 0 of 1")]
    [InlineData("three databases", "walletdb leads to database 0 of a ledger with 2, and it is configured as database 0 of 3")]
    [InlineData("exchanged", "walletdb leads to database 1 of a ledger with 2, and it is configured as database 0 of 2")]
    [InlineData("twice the same", "walletdb1 leads to database 0 of a ledger with 2, and it is configured as database 1 of 2")]
    [InlineData("an empty one", "walletdb1 leads to a database that is not marked as one of this ledger")]
    [InlineData("another ledger's", "walletdb1 leads to a database of another ledger")]
    [InlineData("none", "ConnectionStrings:walletdb1 is not set")]
    [InlineData("no number", "Ledger:Shards is 0")]
    [InlineData("with joins", "Ledger:Shards is 2, and wallets in different databases cannot be joined")]
    public async Task The_service_does_not_start_on_other_databases_than_before(string change, string message)
    {
        await fixture.UserWithAsync(1);
        await using var other = change == "another ledger's" ? new TwoDatabases() : null;
        if (other is not null)
        {
            await other.InitializeAsync();
        }
        await using var empty = await TestDatabase.CreateAsync();
        var (zero, one) = (fixture.Databases[0].ConnectionString, fixture.Databases[1].ConnectionString);
        (string Key, string Value)[] settings = change switch
        {
            "one database" => [("Ledger:Shards", "1")],
            "three databases" => [("Ledger:Shards", "3"), ("ConnectionStrings:walletdb2", empty.ConnectionString)],
            "exchanged" => [("ConnectionStrings:walletdb", one), ("ConnectionStrings:walletdb1", zero)],
            "twice the same" => [("ConnectionStrings:walletdb1", zero)],
            "an empty one" => [("ConnectionStrings:walletdb1", empty.ConnectionString)],
            "another ledger's" => [("ConnectionStrings:walletdb1", other!.Databases[1].ConnectionString)],
            "none" => [("ConnectionStrings:walletdb1", "")],
            "no number" => [("Ledger:Shards", "0")],
            "with joins" => [("Ledger:WithoutJoins", "false")],
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
        };

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => fixture.StartServiceAsync(settings));

        Assert.Contains(message, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_with_one_database_stays_one_also_when_it_is_older_than_this_check()
    {
        await using var old = await TestDatabase.CreateAsync();
        await using (var app = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", old.ConnectionString)]))
        {
            await new Client(app.Invoker()).CreditAsync(Requests.Credit(Guid.NewGuid().ToString(), "credit", 1));
        }
        await old.ExecuteAsync("""
            DROP TABLE ledger_shard; DELETE FROM "__EFMigrationsHistory" WHERE migration_id LIKE '%_LedgerShard'
            """);
        await using var empty = await TestDatabase.CreateAsync();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => fixture.StartServiceAsync(
            ("ConnectionStrings:walletdb", old.ConnectionString), ("ConnectionStrings:walletdb1", empty.ConnectionString)));

        Assert.Contains("database 0 of a ledger with 1", failure.ToString(), StringComparison.Ordinal);
    }
}
