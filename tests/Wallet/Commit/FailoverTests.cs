using Npgsql;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>The service's server becomes a standby. Alone on its database: connections of that time stay read-only.</summary>
public sealed class FailoverTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    [Fact]
    public async Task A_server_that_only_reads_after_a_failover_is_an_outage_and_is_left_when_it_is_over()
    {
        var user = await fixture.UserWithAsync(1000);
        await AdministrateAsync("SET default_transaction_read_only = on");
        await fixture.Database.ExecuteAsync("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'Wallet ledger'
            """);
        try
        {
            var codes = new List<string>();
            for (var n = 0; n < 8; n++)
            {
                codes.Add(await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, $"key{n}", 1))));
            }
            Assert.All(codes, code => Assert.Equal("database_unavailable", code));
        }
        finally
        {
            await AdministrateAsync("RESET default_transaction_read_only");
        }

        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "key0", 1))));
        Assert.Equal((999, 0), await fixture.BalanceAsync(user));
    }

    private async Task AdministrateAsync(string change)
    {
        var settings = new NpgsqlConnectionStringBuilder(fixture.Database.ConnectionString);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var alter = new NpgsqlCommand($"ALTER DATABASE {settings.Database} {change}", connection);
        await alter.ExecuteNonQueryAsync();
    }
}
