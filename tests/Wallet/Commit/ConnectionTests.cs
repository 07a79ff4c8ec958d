using Grpc.Core;
using LocalPostgres;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>A server with few connections.</summary>
public sealed class ConnectionTests
{
    private const string StuckReads =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'Wallet'";

    [Fact]
    public async Task Reads_do_not_take_the_connections_of_the_writers()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"reelballers-test-{Guid.NewGuid():N}");
        try
        {
            await using var server = await PostgresServer.StartAsync(new PostgresServerOptions
            {
                DataDirectory = directory,
                Durable = false,
                Settings = new Dictionary<string, string> { ["max_connections"] = "30" },
            });
            await using var database = await TestDatabase.CreateAsync(server);
            await using var observer = new NpgsqlConnection(database.ConnectionString);
            await observer.OpenAsync();
            var settings = new Dictionary<string, string?>
            {
                ["ConnectionStrings:walletdb"] =
                    new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 100 }.ConnectionString,
            };
            var user = Guid.NewGuid().ToString();
            await using (var first = await ServiceApp.StartAsync("Wallet", settings))
            {
                await new Client(first.Invoker()).CreditAsync(Requests.Credit(user, "credit", 100));
            }
            await using var service = await ServiceApp.StartAsync("Wallet", settings);
            var wallet = new Client(service.Invoker());
            Task<string>[] reads;
            await using (await database.BeginAsync("LOCK TABLE lot_checkpoints IN ACCESS EXCLUSIVE MODE"))
            {
                reads = [.. Enumerable.Range(0, 60).Select(_ => CodeOfAsync(wallet.ListLotsAsync(new ListLotsRequest { UserId = user })))];
                var seen = 0L;
                await Eventually.IsTrueAsync(async () =>
                {
                    var before = seen;
                    seen = await CountAsync(observer);
                    return seen >= 15 && seen == before;
                }, "the reads have taken the connections that they get");

                Assert.Equal("ok", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(user, "debit", 1))));
                Assert.True(await CountAsync(observer) >= 15);
            }
            Assert.Contains("ok", await Task.WhenAll(reads));
        }
        finally
        {
            PostgresServer.DeleteData(directory);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection observer)
    {
        await using var command = new NpgsqlCommand(StuckReads, observer);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
