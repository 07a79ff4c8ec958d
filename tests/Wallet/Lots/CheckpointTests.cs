using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>Wallets whose history is too long to be replayed while a caller waits.</summary>
public sealed class CheckpointTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    // The replay fails at its end, as it does when the caller has waited long enough.
    [Fact]
    public async Task A_replay_that_does_not_reach_the_end_keeps_what_it_has()
    {
        var user = await LongWalletAsync(60_000);
        await fixture.Database.ExecuteAsync($"UPDATE accounts SET balance_cents = 0 WHERE user_id = '{user}'");
        await fixture.Database.ExecuteAsync($"""
            INSERT INTO transfers VALUES (
                '{user}', 60001, 1, 3, 999999999, 2, 'job', null, null, 0, now(), null, null, null, null, '{Guid.Empty}')
            """);

        Assert.Equal("internal_error", await CodeOfAsync(fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })));

        Assert.InRange(await CheckpointAsync(user), 40_000, 60_000);
    }

    [Fact]
    public async Task A_growing_wallet_gets_checkpoints_by_itself()
    {
        var user = await fixture.UserWithAsync(1_000_000);
        for (var batch = 0; batch < 3; batch++)
        {
            await fixture.Wallet.PostBatchAsync(Requests.Batch(
                Enumerable.Range(0, 4000).Select(n => Requests.InBatch(Requests.Debit(user, $"key{batch}-{n}", 1)))));
        }

        await Eventually.IsTrueAsync(async () => await CheckpointAsync(user) >= 10_000, "a checkpoint is saved");
        Assert.Equal(
            (await fixture.BalanceAsync(user)).Balance,
            (await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots.Sum(lot => lot.LeftCents));
    }

    [Fact]
    public async Task The_audit_saves_a_checkpoint_of_what_it_has_verified()
    {
        var user = await fixture.UserWithAsync(1_000_000);
        await fixture.Wallet.PostBatchAsync(Requests.Batch(
            Enumerable.Range(0, 1500).Select(n => Requests.InBatch(Requests.Debit(user, $"key{n}", 1)))));
        Assert.Equal(0, await CheckpointAsync(user));

        Assert.Empty(await fixture.AuditAsync(user));

        Assert.Equal(1501, await CheckpointAsync(user));
        Assert.Empty(await fixture.AuditAsync(user));
    }

    // Takes minutes and gigabytes: dotnet test --project tests/Wallet -- --explicit only
    [Fact(Explicit = true)]
    public async Task A_wallet_of_five_million_transfers_answers_a_clawback_within_the_default_deadline()
    {
        var user = await LongWalletAsync(5_000_000);
        var attempts = 1;
        while (await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 100, payment: "pi_long"))) != "ok")
        {
            attempts++;
            Assert.True(attempts < 10, $"{await CheckpointAsync(user)} transfers are replayed after {attempts} attempts");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"Without a checkpoint: {attempts} attempts");
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "second", 100, payment: "pi_long"))));
    }

    private Task<long> CheckpointAsync(string user) => fixture.Database.ScalarAsync<long>(
        $"SELECT coalesce((SELECT sequence FROM lot_checkpoints WHERE user_id = '{user}'), 0)");

    // One credit, then debits of a cent; written by SQL and without a hash chain.
    private async Task<string> LongWalletAsync(int transfers)
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Database.ExecuteAsync($"""
            INSERT INTO accounts VALUES ('{user}', 1000, 0, 0, 0, {transfers}, now(), '{Guid.Empty}');
            INSERT INTO payment_credits (user_id, stripe_payment_id, paid_cents, paid_clawed_back_cents, paid_expired_cents, bonus_cents,
                bonus_clawed_back_cents, bonus_expired_cents)
            VALUES ('{user}', 'pi_long', {transfers + 999}, 0, 0, 0, 0, 0);
            INSERT INTO transfers
            SELECT '{user}', n, CASE n WHEN 1 THEN 4 ELSE 1 END, CASE n WHEN 1 THEN 1 ELSE 3 END,
                CASE n WHEN 1 THEN {transfers + 999} ELSE 1 END, CASE n WHEN 1 THEN 1 ELSE 2 END,
                CASE n WHEN 1 THEN NULL ELSE 'job' || n END, CASE n WHEN 1 THEN 'pi_long' END, 'A description',
                {transfers + 1000} - n, now(), 'key' || n, gen_random_uuid(), null, null, '{Guid.Empty}'
            FROM generate_series(1, {transfers}) AS n;
            """);
        return user;
    }
}
