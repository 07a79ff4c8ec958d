using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Faults of the database and of the service itself while a batch is written.</summary>
public sealed class WriterFaultTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    // A direct edit of the database makes the rules throw something that is no error of PostgreSQL.
    [Fact]
    public async Task A_command_that_fails_in_the_service_fails_alone()
    {
        var broken = await fixture.UserWithAsync(1000);
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(broken, "hold", 10));
        await fixture.Database.ExecuteAsync($"UPDATE holds SET state = 9, end_balance_cents = 0 WHERE user_id = '{broken}'");
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.UserWithAsync(1000)));

        var answer = await fixture.Wallet.PostBatchAsync(Requests.Batch(
            [
                new BatchCommand { ReleaseHold = Requests.Release(broken, "release") },
                .. others.Select(user => Requests.InBatch(Requests.Debit(user, "key", 1))),
            ]));

        Assert.Equal(["internal_error", .. others.Select(_ => "")], answer.Outcomes.Select(outcome => outcome.ErrorCode));
    }

    [Fact]
    public async Task A_writer_survives_a_failure_that_it_does_not_expect()
    {
        using var logs = new FailingLogs("The database failed during a batch");
        await using var service = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?>
            {
                ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString,
                ["Ledger:LockTimeout"] = fixture.LockTimeout,
            },
            services => services.AddSingleton<ILoggerProvider>(logs));
        var (wallet, user) = (new Client(service.Invoker()), await fixture.UserWithAsync(1000));
        await using (await fixture.Database.LockAsync(user))
        {
            var lost = CodeOfAsync(wallet.DebitAsync(Requests.Debit(user, "lost", 1)));
            await fixture.Database.WriterWaitsAsync();
            await fixture.Database.EndWaitingWritersAsync();
            Assert.NotEqual("ok", await lost);
        }
        Assert.Equal(1, logs.Failures);

        Assert.Equal("ok", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(user, "key", 1))));
    }

    [Fact]
    public async Task A_batch_with_an_unknown_outcome_is_unavailable_and_can_be_repeated()
    {
        var user = await fixture.UserWithAsync(1000);
        var batch = Requests.Batch(Enumerable.Range(0, 10).Select(n => Requests.InBatch(Requests.Debit(user, $"key{n}", 1))));
        await using (await fixture.Database.TriggerAsync(
            "AFTER INSERT ON transfers FOR EACH STATEMENT", "PERFORM pg_terminate_backend(pg_backend_pid())"))
        {
            Assert.Equal("database_unavailable", await CodeOfAsync(fixture.Wallet.PostBatchAsync(batch)));
        }

        Assert.All((await fixture.Wallet.PostBatchAsync(batch)).Outcomes, outcome => Assert.Equal("", outcome.ErrorCode));
        Assert.Equal((990, 0), await fixture.BalanceAsync(user));
    }

    [Theory]
    [InlineData("accounts")]
    [InlineData("holds")]
    public async Task A_row_that_is_not_written_undoes_the_batch(string table)
    {
        var user = await fixture.UserWithAsync(1000);
        await using (await fixture.Database.TriggerAsync($"BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW", "RETURN NULL"))
        {
            Assert.Equal("internal_error", await CodeOfAsync(fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "key", 100))));
        }

        Assert.Single(await fixture.StatementAsync(user));
        Assert.Empty(await fixture.AuditAsync(user));
        Assert.Equal(900, (await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "key", 100))).BalanceCents);
    }

    [Fact]
    public async Task A_wallet_that_differs_from_its_transfers_is_not_written_to()
    {
        var user = await fixture.UserWithAsync(1000);
        await fixture.Database.ExecuteAsync($"UPDATE accounts SET balance_cents = balance_cents + 50 WHERE user_id = '{user}'");

        Assert.Equal("internal_error", await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 1000))));

        Assert.Single(await fixture.StatementAsync(user));
        await fixture.Database.ExecuteAsync($"UPDATE accounts SET balance_cents = balance_cents - 50 WHERE user_id = '{user}'");
        Assert.Equal(0, (await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 1000))).BalanceCents);
    }

    /// <summary>A log that fails once, when it is given that message.</summary>
    private sealed class FailingLogs(string message) : ILoggerProvider, ILogger
    {
        private int _failures;

        public int Failures => Volatile.Read(ref _failures);

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith(message, StringComparison.Ordinal)
                && Interlocked.Increment(ref _failures) == 1)
            {
                throw new InvalidOperationException("The log is full.");
            }
        }
    }
}
