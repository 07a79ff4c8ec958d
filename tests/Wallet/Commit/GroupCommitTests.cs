using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ReelBallers.TestKit;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// Batching. The test locks a row to delay a writer for as long as needed; commands are sent to the ledger directly, which
/// queues them before the call returns.
/// </summary>
[Collection("Wallet")]
public sealed class GroupCommitTests(WalletFixture fixture)
{
    private Ledger Ledger => fixture.App.Services.GetRequiredService<Ledger>();

    [Fact]
    public async Task Commands_that_queue_up_behind_a_batch_are_committed_together()
    {
        var user = await fixture.UserWithAsync(1000);
        List<Task<Outcome>> calls;
        await using (await fixture.Database.LockAsync(user))
        {
            calls = [DebitAsync(Ledger, user, "first")];
            await fixture.Database.WriterWaitsAsync();
            calls.AddRange(Enumerable.Range(0, 100).Select(n => DebitAsync(Ledger, user, $"key{n}")));
        }

        Assert.Equal(Enumerable.Range(1, 101).Select(n => 1000L - n), (await Task.WhenAll(calls)).Select(outcome => outcome.BalanceCents));
        Assert.Equal(2, await fixture.Database.ScalarAsync<long>(
            $"SELECT count(DISTINCT xmin::text) FROM transfers WHERE user_id = '{user}' AND reason = {(short)EntryReason.Debit}"));
    }

    [Fact]
    public async Task A_locked_wallet_does_not_delay_users_of_the_other_writer()
    {
        var held = await fixture.UserWithAsync(1000);
        var others = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fixture.UserWithAsync(1000)));
        Task<Outcome> waiting;
        await using (await fixture.Database.LockAsync(held))
        {
            waiting = DebitAsync(Ledger, held, "held");
            await fixture.Database.WriterWaitsAsync();
            var calls = others.Select(user => DebitAsync(Ledger, user, "other")).ToArray();
            Assert.Equal(999, (await await Task.WhenAny(calls)).BalanceCents);
            Assert.False(waiting.IsCompleted);
            Assert.Contains(calls, call => !call.IsCompleted);
        }

        Assert.Equal(999, (await waiting).BalanceCents);
    }

    [Fact]
    public async Task A_command_that_waited_for_a_lock_sees_what_the_previous_holder_committed()
    {
        var user = await fixture.UserWithAsync(1000);
        var same = new Debit(Guid.Parse(user), "same", "job", 900, null);
        Task<Outcome> repeated;
        await using (var replica = await fixture.Database.LockAsync(user))
        {
            repeated = Ledger.ApplyAsync(same, CancellationToken.None);
            await fixture.Database.WriterWaitsAsync();
            // As another replica would do.
            await replica.ExecuteAsync($"""
                INSERT INTO transfers VALUES (
                    '{user}', 2, 1, 3, 900, 2, 'job', null, null, 100, now(), 'same', '{same.RequestHash}', null, null, '{Guid.Empty}');
                UPDATE accounts SET balance_cents = 100, last_sequence = 2 WHERE user_id = '{user}'; COMMIT
                """);
        }

        Assert.Equal(new Outcome(OutcomeCode.Done, 100, Replayed: true), await repeated);
        Assert.Equal(new Outcome(OutcomeCode.InsufficientFunds, 100, 101), await DebitAsync(Ledger, user, "other", 101));
    }

    [Fact]
    public async Task Cancellation_withdraws_a_waiting_command_but_not_one_in_a_batch()
    {
        var user = await fixture.UserWithAsync(1000);
        using var callers = new CancellationTokenSource();
        Task<Outcome> inBatch, waiting;
        await using (await fixture.Database.LockAsync(user))
        {
            inBatch = DebitAsync(Ledger, user, "in batch", 1, callers.Token);
            await fixture.Database.WriterWaitsAsync();
            waiting = DebitAsync(Ledger, user, "waiting", 10, callers.Token);
            await callers.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Equal(OutcomeCode.Done, (await inBatch).Code);
        Assert.Equal(899, (await DebitAsync(Ledger, user, "later", 100)).BalanceCents);
    }

    [Fact]
    public async Task A_full_queue_rejects_commands()
    {
        var user = await fixture.UserWithAsync(1);
        using var enough = new CancellationTokenSource();
        Task<Outcome> held;
        Task<Outcome>[] calls;
        await using (await fixture.Database.LockAsync(user))
        {
            held = DebitAsync(Ledger, user, "held");
            await fixture.Database.WriterWaitsAsync();

            calls = [.. Enumerable.Range(0, GroupCommit.QueueLength + 5).Select(n => DebitAsync(Ledger, user, $"key{n}", 1, enough.Token))];

            Assert.Equal(5, calls.Count(call => call.IsCompletedSuccessfully && call.Result.Code == OutcomeCode.Overloaded));
            Assert.Equal("overloaded", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "one more", 1))));
            await enough.CancelAsync();
        }
        Assert.Equal(OutcomeCode.Done, (await held).Code);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls));
        await Eventually.IsTrueAsync(
            async () => (await DebitAsync(Ledger, user, "after")).Code == OutcomeCode.InsufficientFunds, "the queue takes commands again");
    }

    [Fact]
    public async Task A_command_that_the_database_rejects_fails_alone()
    {
        var user = await fixture.UserWithAsync(1000);
        await using var trigger = await fixture.Database.TriggerAsync(
            "BEFORE INSERT ON transfers FOR EACH ROW WHEN (new.idempotency_key = 'poison')",
            "RAISE EXCEPTION 'poison' USING ERRCODE = 'check_violation'");
        List<Task<Outcome>> calls;
        Task<Outcome> poison;
        await using (await fixture.Database.LockAsync(user))
        {
            calls = [DebitAsync(Ledger, user, "first")];
            await fixture.Database.WriterWaitsAsync();
            calls.AddRange(Enumerable.Range(0, 10).Select(n => DebitAsync(Ledger, user, $"before{n}")));
            poison = DebitAsync(Ledger, user, "poison");
            calls.AddRange(Enumerable.Range(0, 10).Select(n => DebitAsync(Ledger, user, $"after{n}")));
        }

        Assert.All(await Task.WhenAll(calls), outcome => Assert.Equal(OutcomeCode.Done, outcome.Code));
        await Assert.ThrowsAsync<PostgresException>(() => poison);
        Assert.Equal("internal_error", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "poison", 1))));
        Assert.Equal((979, 0), await fixture.BalanceAsync(user));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    // Triggers after writing transfers (the first write) and accounts (the last one before the commit).
    [Theory]
    [InlineData("transfers")]
    [InlineData("accounts")]
    public async Task A_connection_lost_while_writing_leaves_no_partial_effect(string table)
    {
        var user = await fixture.UserWithAsync(1000);
        await using (await fixture.Database.TriggerAsync(
            $"AFTER INSERT OR UPDATE ON {table} FOR EACH STATEMENT", "PERFORM pg_terminate_backend(pg_backend_pid())"))
        {
            Assert.Equal("database_unavailable", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100))));
            Assert.Equal((1000, 0), await fixture.BalanceAsync(user));
            Assert.Single(await fixture.StatementAsync(user));
        }

        var retried = await fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100));
        Assert.Equal((900, false), (retried.BalanceCents, retried.Replayed));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task A_connection_lost_while_waiting_for_a_lock_is_unavailable()
    {
        var user = await fixture.UserWithAsync(1000);
        await using (await fixture.Database.LockAsync(user))
        {
            var call = CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100)));
            await fixture.Database.WriterWaitsAsync();
            await fixture.Database.EndWaitingWritersAsync();

            Assert.Equal("database_unavailable", await call);
        }
        Assert.Equal(900, (await fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100))).BalanceCents);
    }

    // A sequence is not rolled back, so it counts the attempts.
    [Theory]
    [InlineData("40P01", 4, "ok")]
    [InlineData("40001", 4, "ok")]
    [InlineData("40P01", 5, "database_unavailable")]
    public async Task A_serialization_conflict_is_retried_up_to_a_limit(string sqlState, int conflicts, string expected)
    {
        var user = await fixture.UserWithAsync(1000);
        await fixture.Database.ExecuteAsync("CREATE SEQUENCE attempts");
        await using var dropped = new Undo(() => fixture.Database.ExecuteAsync("DROP SEQUENCE attempts"));
        await using (await fixture.Database.TriggerAsync("BEFORE INSERT ON transfers FOR EACH STATEMENT",
            $"IF nextval('attempts') <= {conflicts} THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '{sqlState}'; END IF"))
        {
            Assert.Equal(expected, await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100))));
        }

        Assert.Equal(5, await fixture.Database.ScalarAsync<long>("SELECT last_value FROM attempts"));
        Assert.Equal((expected == "ok" ? 900 : 1000, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_stopping_service_executes_waiting_commands()
    {
        var user = await fixture.UserWithAsync(100);
        var service = await fixture.StartServiceAsync();
        var ledger = service.Services.GetRequiredService<Ledger>();
        var stops = service.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        List<Task<Outcome>> calls;
        Task stopping;
        await using (await fixture.Database.LockAsync(user))
        {
            calls = [DebitAsync(ledger, user, "first")];
            await fixture.Database.WriterWaitsAsync();
            calls.AddRange(Enumerable.Range(0, 20).Select(n => DebitAsync(ledger, user, $"key{n}")));
            stopping = service.DisposeAsync().AsTask();
            await Eventually.IsTrueAsync(() => Task.FromResult(stops.IsCancellationRequested), "the service stops");
        }

        Assert.All(await Task.WhenAll(calls).WaitAsync(TimeSpan.FromMinutes(1)), outcome => Assert.Equal(OutcomeCode.Done, outcome.Code));
        await stopping;
        Assert.Equal((79, 0), await fixture.BalanceAsync(user));
    }

    private static Task<Outcome> DebitAsync(
        Ledger ledger, string user, string key, long cents = 1, CancellationToken cancellationToken = default) =>
        ledger.ApplyAsync(new Debit(Guid.Parse(user), key, "job", cents, null), cancellationToken);
}
