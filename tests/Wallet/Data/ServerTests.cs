using LocalPostgres;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>The servers and users that the ledger runs with, and those that it rejects at the start.</summary>
[Collection("Wallet")]
public sealed class ServerTests(WalletFixture fixture)
{
    // Null: the PostgreSQL of this machine. npm: PostgreSQL 18.
    [Theory]
    [InlineData(null)]
    [InlineData("npm")]
    public async Task An_owner_who_may_create_roles_is_enough(string? binaries)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"reelballers-test-{Guid.NewGuid():N}");
        try
        {
            await using var server = await PostgresServer.StartAsync(
                new PostgresServerOptions { DataDirectory = directory, Durable = false, BinDirectory = binaries });
            await using var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            await ExecuteAsync(connection, "CREATE ROLE shop LOGIN CREATEROLE NOSUPERUSER PASSWORD 'shop'");
            await ExecuteAsync(connection, "CREATE DATABASE walletdb OWNER shop");
            var owner = new NpgsqlConnectionStringBuilder(server.ConnectionString)
            {
                Username = "shop",
                Password = "shop",
                Database = "walletdb",
            };
            await using var service = await ServiceApp.StartAsync(
                "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = owner.ConnectionString });
            var (wallet, user) = (new Client(service.Invoker()), Guid.NewGuid().ToString());

            await wallet.CreditAsync(Requests.Credit(user, "credit", 100));
            await wallet.PlaceHoldAsync(Requests.Place(user, "hold", 40));
            await wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 100));

            using var audit = wallet.Audit(new AuditRequest());
            Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None));
        }
        finally
        {
            PostgresServer.DeleteData(directory);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pooler_that_rejects_or_drops_the_settings_of_a_session_is_rejected_at_the_start(bool rejects)
    {
        await using var relay = new StartupRelay(fixture.Database, rejects);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = relay.ConnectionString }));

        Assert.Contains("PgBouncer", failure.ToString(), StringComparison.Ordinal);
        Assert.True(relay.Struck > 0);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
