using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Joins beside everything else, at two replicas.</summary>
[Collection("Wallet")]
public sealed class ConcurrentJoinTests(WalletFixture fixture)
{
    [Fact]
    public async Task Fifty_calls_for_one_join_have_one_effect_and_one_outcome()
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        var (from, into) = (await fixture.UserWithAsync(500), await fixture.UserWithAsync(20));

        var answers = await AtOnceAsync(50, async n => await wallets[n % 2].JoinWalletsAsync(Requests.Join(from, into, $"join{n % 3}")));

        Assert.All(answers, answer => Assert.Equal((520, 500), (answer.BalanceCents, answer.MovedCents)));
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Single(await fixture.StatementAsync(into), entry => entry.Reason == V1.EntryReason.Join);
    }

    // Each wallet is joined into the next one of a circle, at the same time: all but one can be.
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Joins_in_a_circle_leave_one_wallet_open(int count)
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        var users = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => fixture.UserWithAsync(100)));

        var codes = await AtOnceAsync(count * 4, n => CodeOfAsync(
            wallets[n / count % 2].JoinWalletsAsync(Requests.Join(users[n % count], users[(n + 1) % count]))));

        Assert.Equal(4, codes.Count(code => code == "join_cycle"));
        Assert.All(codes, code => Assert.Contains(code, new[] { "ok", "join_cycle" }));
        var balances = await fixture.Wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { users } });
        Assert.Equal(100 * count, Assert.Single(balances.Balances, balance => !balance.Frozen).BalanceCents);
        Assert.All(balances.Balances.Where(balance => balance.Frozen), balance => Assert.Equal(0, balance.BalanceCents));
        foreach (var user in users)
        {
            Assert.Empty(await fixture.AuditAsync(user));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Debits_holds_credits_and_refunds_beside_joins_lose_and_invent_nothing(int seed)
    {
        await using var other = await fixture.StartServiceAsync();
        Client[] wallets = [fixture.Wallet, new(other.Invoker())];
        string[] users = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid().ToString())];
        await Task.WhenAll(users.Select(
            (user, n) => fixture.Wallet.CreditAsync(Requests.Credit(user, "seed", 10_000, payment: $"pi_{n}")).ResponseAsync));
        var sums = new long[2];

        await AtOnceAsync(8, async n =>
        {
            await SpendAsync(wallets[n % 2], n, users, new Random(seed * 100 + n), sums);
            return true;
        });

        var balances = (await fixture.Wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { users } })).Balances;
        var left = balances.Sum(balance => balance.BalanceCents + balance.HeldCents);
        var owed = balances.Sum(balance => balance.ReceivableCents);
        Assert.Equal(40_000 + sums[0] - sums[1], left - owed);
        Assert.Equal(3, balances.Count(balance => balance.Frozen));
        // What is refunded now of the payments that all four made is what they were credited with, in the one wallet that is left.
        for (var n = 0; n < users.Length; n++)
        {
            await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(users[n], "all", 10_000, payment: $"pi_{n}")));
            var payment = await fixture.Wallet.GetPaymentCreditsAsync(
                new GetPaymentCreditsRequest { UserId = users[n], StripePaymentId = $"pi_{n}" });
            Assert.Equal((10_000, 10_000, 0), (payment.PaidCents, payment.PaidClawedBackCents, payment.PaidUnspentCents));
        }
        foreach (var user in users)
        {
            Assert.Empty(await fixture.AuditAsync(user));
        }
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    // An operator's refund asks for it and takes back no more.
    [Fact]
    public async Task What_is_left_of_a_payment_is_found_at_any_moment_of_a_join()
    {
        for (var n = 0; n < 10; n++)
        {
            var (from, into) = (await fixture.UserWithAsync(100), Guid.NewGuid().ToString());
            using var joined = new CancellationTokenSource();
            var readers = AtOnceAsync(4, async _ =>
            {
                var seen = new HashSet<long>();
                do
                {
                    seen.Add((await fixture.Wallet.GetPaymentCreditsAsync(
                        new GetPaymentCreditsRequest { UserId = from, StripePaymentId = "pi_1" })).PaidUnspentCents);
                }
                while (!joined.IsCancellationRequested);
                return seen;
            });

            try
            {
                await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));
            }
            finally
            {
                await joined.CancelAsync();
            }

            Assert.All(await readers, seen => Assert.Equal(100, Assert.Single(seen)));
        }
    }

    // Adds what was credited and what was spent or taken back, by the outcomes of the calls.
    private static async Task SpendAsync(Client wallet, int writer, string[] users, Random random, long[] sums)
    {
        string[] expected = ["insufficient_funds", "wallet_joined", "holds_open", "nothing_to_claw_back", "join_cycle", "already_joined"];
        for (var n = 0; n < 40; n++)
        {
            var (user, key, cents) = (users[random.Next(users.Length)], $"{writer}-{n}", random.Next(1, 100));
            try
            {
                switch (n == 10 + 3 * writer ? 4 : random.Next(4))
                {
                    case 0:
                        await wallet.CreditAsync(Requests.Credit(user, key, cents, payment: $"pi_{key}"));
                        Interlocked.Add(ref sums[0], cents);
                        break;
                    case 1:
                        await wallet.DebitAsync(Requests.Debit(user, key, cents));
                        Interlocked.Add(ref sums[1], cents);
                        break;
                    case 2:
                        await wallet.PlaceHoldAsync(Requests.Place(user, key, cents, key));
                        await wallet.SettleHoldAsync(Requests.Settle(user, $"{key}-settle", cents / 2, key));
                        Interlocked.Add(ref sums[1], cents / 2);
                        break;
                    case 3:
                        var number = random.Next(users.Length);
                        await wallet.ClawBackAsync(Requests.ClawBack(users[number], key, cents, payment: $"pi_{number}"));
                        Interlocked.Add(ref sums[1], cents);
                        break;
                    case 4:
                        // Into the next one; the last one stays open.
                        await UntilClosedAsync(wallet, users[writer % 3], users[writer % 3 + 1]);
                        break;
                }
            }
            catch (RpcException exception)
            {
                Assert.Contains(exception.ErrorCode(), expected);
            }
        }
    }

    private static Task UntilClosedAsync(Client wallet, string from, string into) => Eventually.BecomesAsync(
        () => CodeOfAsync(wallet.JoinWalletsAsync(Requests.Join(from, into))), code => code == "ok", "the wallet is joined");

    private static Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(n => Task.Run(() => call(n))));
}
