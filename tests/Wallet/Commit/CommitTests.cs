using Grpc.Core;
using ReelBallers.TestKit;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>What a commit means, whatever the database's defaults are and whether its answer arrives.</summary>
public sealed class CommitTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    // The statements wait for a lock within the second round trip, so that the test can hold back their answer.
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_by_its_key()
    {
        var user = await fixture.UserWithAsync(1000);
        await using var gate = TcpGate.Open(fixture.Database);
        await using var service = await ServiceApp.StartAsync("Wallet", new Dictionary<string, string?>
        {
            ["ConnectionStrings:walletdb"] = gate.ConnectionString(fixture.Database),
            ["Ledger:LockTimeout"] = fixture.LockTimeout,
        });
        var wallet = new Client(service.Invoker());
        await using (await fixture.Database.TriggerAsync(
            "BEFORE INSERT ON transfers FOR EACH STATEMENT", "PERFORM pg_advisory_xact_lock(42)"))
        {
            Task<string> lost;
            await using (await fixture.Database.BeginAsync("SELECT pg_advisory_xact_lock(42)"))
            {
                lost = CodeOfAsync(wallet.DebitAsync(Requests.Debit(user, "key", 100)));
                await fixture.Database.WriterWaitsAsync();
                gate.HoldAnswers = true;
            }
            await Eventually.IsTrueAsync(async () => await fixture.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM transfers WHERE user_id = '{user}' AND idempotency_key = 'key'") == 1, "the debit is committed");
            gate.Drop();
            Assert.Equal("database_unavailable", await lost);
        }

        var repeated = await Eventually.BecomesAsync(
            () => TryAsync(wallet.DebitAsync(Requests.Debit(user, "key", 100))), answer => answer is not null, "it is repeated");
        Assert.Equal((900, true), (repeated!.BalanceCents, repeated.Replayed));
        Assert.Equal((900, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task The_session_does_not_depend_on_the_defaults_of_the_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE seen (setting text, value text)");
        await database.ExecuteAsync("""
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
                EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', current_database(), 'serializable');
            END $$
            """);
        await using var service = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString });
        await using (await database.TriggerAsync("AFTER INSERT ON transfers FOR EACH STATEMENT", """
            INSERT INTO seen VALUES ('synchronous_commit', current_setting('synchronous_commit')),
                ('transaction_isolation', current_setting('transaction_isolation'))
            """))
        {
            await new Client(service.Invoker()).CreditAsync(Requests.Credit(Guid.NewGuid().ToString(), "credit", 1));
        }

        Assert.Equal(
            "synchronous_commit=on, transaction_isolation=read committed",
            await database.ScalarAsync<string>("SELECT string_agg(setting || '=' || value, ', ' ORDER BY setting) FROM seen"));
    }

    private static async Task<T?> TryAsync<T>(AsyncUnaryCall<T> call) where T : class
    {
        try
        {
            return await call;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
        {
            return null;
        }
    }
}
