using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Locks that outlive their purpose: a forgotten session, and a host that vanishes in the middle of a transaction.</summary>
public sealed class LockedWalletTests : IAsyncLifetime
{
    private readonly WalletFixture _fixture = new();

    // With the default timeout, unlike the tests that hold a lock for as long as they need.
    public async ValueTask InitializeAsync()
    {
        _fixture.LockTimeout = null;
        await _fixture.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_wallet_that_another_session_keeps_locked_delays_no_other_wallet()
    {
        var locked = await _fixture.UserWithAsync(1000);
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _fixture.UserWithAsync(1000)));
        await using (await _fixture.Database.LockAsync(locked))
        {
            var answer = await _fixture.Wallet.PostBatchAsync(Requests.Batch(
                new[] { locked }.Concat(others).Select(user => Requests.InBatch(Requests.Debit(user, "key", 1)))));
            Assert.Equal(["wallet_busy", .. others.Select(_ => "")], answer.Outcomes.Select(outcome => outcome.ErrorCode));

            // Once it is known to be locked, no writer waits for it.
            var waiting = CodeOfAsync(_fixture.Wallet.DebitAsync(Requests.Debit(locked, "second", 1)));
            await _fixture.Database.WriterWaitsAsync();
            await Eventually.IsTrueAsync(async () => await _fixture.Database.WaitingWritersAsync() == 0, "the writer gives up waiting");
            var behind = CodeOfAsync(_fixture.Wallet.DebitAsync(Requests.Debit(locked, "third", 1)));
            foreach (var user in others)
            {
                Assert.Equal(998, (await _fixture.Wallet.DebitAsync(Requests.Debit(user, "second", 1))).BalanceCents);
                Assert.Equal(0, await _fixture.Database.WaitingWritersAsync());
            }
            Assert.Equal(["wallet_busy", "wallet_busy"], await Task.WhenAll(waiting, behind));
        }

        var retried = await _fixture.Wallet.DebitAsync(Requests.Debit(locked, "key", 1));
        Assert.Equal((999, false), (retried.BalanceCents, retried.Replayed));
        Assert.Equal(0, await _fixture.DifferencesAsync());
    }

    // The driver prepares the statements of a batch at their second use, and the timeout ends the batch in the middle.
    [Fact]
    public async Task A_lock_timeout_leaves_the_connections_usable()
    {
        var (locked, other) = (await _fixture.UserWithAsync(1000), await _fixture.UserWithAsync(1000));
        await using var fresh = await _fixture.StartServiceAsync();
        var wallet = new Client(fresh.Invoker());
        Assert.Equal("ok", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(other, "first", 1))));
        await using (await _fixture.Database.LockAsync(locked))
        {
            Assert.Equal("wallet_busy", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(locked, "key", 1))));
        }

        for (var n = 0; n < 6; n++)
        {
            Assert.Equal("ok", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(other, $"key{n}", 1))));
            Assert.Equal("ok", await CodeOfAsync(wallet.DebitAsync(Requests.Debit(locked, $"key{n}", 1))));
        }
    }

    [Fact]
    public async Task Commands_set_aside_are_executed_in_order_when_the_wallet_is_free_again()
    {
        var (locked, poor) = (await _fixture.UserWithAsync(100), await _fixture.UserWithAsync(1));
        Task<PostBatchResponse> batch;
        Task<string>[] later;
        await using (await _fixture.Database.LockAsync(locked))
        {
            // The last debit needs the credit that is linked to a debit of the locked wallet.
            batch = _fixture.Wallet.PostBatchAsync(Requests.Batch(
                [
                    Requests.InBatch(Requests.Debit(locked, "pay", 60)), Requests.InBatch(Requests.Credit(poor, "get", 60)),
                    Requests.InBatch(Requests.Debit(poor, "spend", 61)),
                ],
                0)).ResponseAsync;
            await _fixture.Database.WriterWaitsAsync();
            await Eventually.IsTrueAsync(async () => await _fixture.Database.WaitingWritersAsync() == 0, "the writer gives up waiting");
            later =
            [
                CodeOfAsync(_fixture.Wallet.DebitAsync(Requests.Debit(locked, "too much", 41))),
                CodeOfAsync(_fixture.Wallet.DebitAsync(Requests.Debit(locked, "rest", 40))),
            ];
        }

        Assert.Equal(["", "", ""], (await batch).Outcomes.Select(outcome => outcome.ErrorCode));
        Assert.Equal(["insufficient_funds", "ok"], await Task.WhenAll(later));
        Assert.Equal(((0L, 0L), (0L, 0L)), (await _fixture.BalanceAsync(locked), await _fixture.BalanceAsync(poor)));
        Assert.Empty(await _fixture.AuditAsync());
    }

    [Fact]
    public async Task A_host_that_vanishes_in_mid_transaction_keeps_its_wallets_locked_for_seconds_only()
    {
        var user = await _fixture.UserWithAsync(1000);
        await using var gate = TcpGate.Open(_fixture.Database);
        await using var vanishing = await ServiceApp.StartAsync("Wallet", new Dictionary<string, string?>
        {
            ["ConnectionStrings:walletdb"] = gate.ConnectionString(_fixture.Database),
            ["Ledger:LockTimeout"] = "00:00:09",
        });
        Task<string> lost;
        await using (await _fixture.Database.LockAsync(user))
        {
            lost = CodeOfAsync(new Client(vanishing.Invoker()).DebitAsync(Requests.Debit(user, "lost", 1)));
            await _fixture.Database.WriterWaitsAsync();
            gate.HoldEverything = true;
        }
        await Eventually.IsTrueAsync(async () => await _fixture.Database.ScalarAsync<long>("""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'Wallet ledger' AND state = 'idle in transaction'
            """) == 1, "the vanished host holds the lock");

        await Eventually.BecomesAsync(
            () => CodeOfAsync(_fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 100))), code => code == "ok", "the wallet is free");

        gate.Close();
        Assert.NotEqual("ok", await lost);
        gate.Reopen();
        Assert.Equal((900, 0), await _fixture.BalanceAsync(user));
        Assert.Empty(await _fixture.AuditAsync(user));
    }
}
