using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class ConcurrencyTests(WalletFixture fixture) : ConcurrencyPromises(fixture);

/// <summary>What concurrent calls are promised, on however many databases the ledger is.</summary>
public abstract class ConcurrencyPromises(WalletFixture fixture)
{
    [Fact]
    public async Task Of_200_concurrent_debits_of_100_on_a_balance_of_1000_ten_succeed()
    {
        var user = await fixture.UserWithAsync(1000);

        var codes = await AtOnceAsync(200, n => CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, $"key{n}", 100))));

        Assert.Equal(10, codes.Count(code => code == "ok"));
        Assert.Equal(190, codes.Count(code => code == "insufficient_funds"));
        Assert.Equal((0, 0), await fixture.BalanceAsync(user));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task Two_replicas_do_not_overspend_a_wallet()
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        var user = await fixture.UserWithAsync(1000);

        var codes = await AtOnceAsync(200, n => CodeOfAsync(wallets[n % 2].DebitAsync(Requests.Debit(user, $"key{n / 2}", 100))));

        // Each key was sent to both services: ten effects, each with two responses.
        Assert.Equal(20, codes.Count(code => code == "ok"));
        Assert.Equal(10, (await fixture.StatementAsync(user)).Count(entry => entry.Reason == V1.EntryReason.Debit));
        Assert.Equal((0, 0), await fixture.BalanceAsync(user));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task Two_replicas_open_a_wallet_once()
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        var users = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid().ToString()).ToArray();

        var codes = await AtOnceAsync(400, n => CodeOfAsync(wallets[n % 2].CreditAsync(Requests.Credit(users[n % 20], $"key{n / 40}", 7))));

        Assert.All(codes, code => Assert.Equal("ok", code));
        foreach (var user in users)
        {
            Assert.Equal((70, 0), await fixture.BalanceAsync(user));
        }
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task Fifty_concurrent_calls_with_one_key_have_one_effect_and_one_outcome()
    {
        var user = Guid.NewGuid().ToString();

        var answers = await AtOnceAsync(50, async _ => await fixture.Wallet.CreditAsync(Requests.Credit(user, "same", 500)));

        Assert.All(answers, answer => Assert.Equal(500, answer.BalanceCents));
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Single(await fixture.StatementAsync(user));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Concurrent_settle_and_release_end_a_hold_exactly_once(int seed)
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        var user = await fixture.UserWithAsync(1000);
        var random = new Random(seed);
        foreach (var job in Enumerable.Range(0, 10).Select(n => $"job{n}"))
        {
            await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, $"hold:{job}", 100, job));
            var settles = random.Next(1, 5);

            var codes = await AtOnceAsync(10, n => n < settles
                ? CodeOfAsync(wallets[n % 2].SettleHoldAsync(Requests.Settle(user, $"settle{n}:{job}", 30, job)))
                : CodeOfAsync(wallets[n % 2].ReleaseHoldAsync(Requests.Release(user, $"release{n}:{job}", job))));

            var settled = codes[..settles].Count(code => code == "ok");
            var released = codes[settles..].Count(code => code == "ok");
            Assert.True((settled, released) == (settles, 0) || (settled, released) == (0, 10 - settles), string.Join(",", codes));
            Assert.Single(await fixture.StatementAsync(user), entry => entry.JobId == job && entry.Reason == V1.EntryReason.Refund);
        }
        Assert.Equal(0, (await fixture.BalanceAsync(user)).Held);
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    private static Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(n => Task.Run(() => call(n))));
}
