using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>What must not keep other holds and lots from expiring.</summary>
public sealed class ExpiryFaultTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    private static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"LastSequence":1,"Lots":[],"Holds":[{"JobId":"job","Portions":[{"Lot":7,"Cents":5}]}]}""")]
    public async Task A_checkpoint_that_cannot_be_read_stops_no_expiry(string state)
    {
        string broken, other;
        await using (await NoExpiryAsync())
        {
            (broken, other) = (await UserWithDueLotAsync(LongAgo), await UserWithDueLotAsync(LongAgo.AddDays(1)));
            await fixture.Database.ExecuteAsync($"INSERT INTO lot_checkpoints VALUES ('{broken}', 1, '{state}')");
        }

        await ExpireAsync();

        Assert.Equal((0, 0), await fixture.BalanceAsync(other));
        Assert.Equal((0, 0), await fixture.BalanceAsync(broken));
    }

    [Fact]
    public async Task A_locked_wallet_stops_no_other_expiry()
    {
        var locked = await UserWithDueHoldAsync();
        await using (await fixture.Database.LockAsync(locked))
        {
            var others = new List<string>();
            for (var n = 0; n < 10; n++)
            {
                others.Add(await UserWithDueHoldAsync());
                others.Add(await UserWithDueLotAsync(LongAgo));
            }

            await ExpireAsync();

            foreach (var user in others)
            {
                Assert.Contains(await fixture.BalanceAsync(user), new[] { (100L, 0L), (0L, 0L) });
            }
            Assert.Equal((40, 60), await fixture.BalanceAsync(locked));
        }
        await ExpireAsync();
        Assert.Equal((100, 0), await fixture.BalanceAsync(locked));
    }

    [Fact]
    public async Task A_wallet_whose_books_contradict_each_other_is_tried_again_later_and_stops_no_other()
    {
        string corrupt, other;
        await using (await NoExpiryAsync())
        {
            (corrupt, other) = (await UserWithDueLotAsync(LongAgo), await UserWithDueLotAsync(LongAgo));
            await fixture.Database.ExecuteAsync($"""
                INSERT INTO transfers
                VALUES ('{corrupt}', 2, 1, 3, 999, 2, 'job', null, null, 0, now(), null, null, null, null, '{Guid.Empty}')
                """);
        }

        await ExpireAsync();

        Assert.Equal((0, 0), await fixture.BalanceAsync(other));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM lot_expiries WHERE user_id = '{corrupt}' AND due_at > now()"));
    }

    [Fact]
    public async Task A_hold_that_cannot_expire_stops_no_other_expiry()
    {
        string broken;
        await using (await NoExpiryAsync())
        {
            broken = await UserWithDueHoldAsync();
            await fixture.Database.ExecuteAsync($"DELETE FROM accounts WHERE user_id = '{broken}'");
        }
        var (hold, lot) = (await UserWithDueHoldAsync(), await UserWithDueLotAsync(LongAgo));

        await ExpireAsync();
        await ExpireAsync();

        Assert.Equal((100, 0), await fixture.BalanceAsync(hold));
        Assert.Equal((0, 0), await fixture.BalanceAsync(lot));
        await fixture.Database.ExecuteAsync($"UPDATE holds SET expires_at = NULL WHERE user_id = '{broken}'");
    }

    [Fact]
    public async Task Many_lots_expire_in_few_commits()
    {
        var users = new List<string>();
        for (var n = 0; n < 60; n++)
        {
            users.Add(await UserWithDueLotAsync(LongAgo));
        }

        await ExpireAsync();

        Assert.Equal(60, await ExpiriesAsync("count(*)", users));
        Assert.InRange(await ExpiriesAsync("count(DISTINCT xmin::text)", users), 1, 20);
    }

    [Fact]
    public async Task Lots_that_expired_before_1970_expire()
    {
        var old = await UserWithDueLotAsync(LongAgo.AddYears(-60));
        var oldest = await UserWithDueLotAsync(DateTimeOffset.MinValue.AddDays(1));

        await ExpireAsync();

        Assert.Equal((0, 0), await fixture.BalanceAsync(old));
        Assert.Equal((0, 0), await fixture.BalanceAsync(oldest));
        Assert.Empty(await fixture.AuditAsync(old));
    }

    [Fact]
    public async Task While_one_replica_expires_the_others_do_not()
    {
        var clock = new ManualClock();
        await using var replica = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
            services => services.AddSingleton<TimeProvider>(clock));
        string user;
        await using (await NoExpiryAsync())
        {
            user = await UserWithDueHoldAsync();
            clock.Advance(TimeSpan.FromSeconds(5));
            await Eventually.IsTrueAsync(async () => await fixture.Database.ScalarAsync<long>("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'select pg_try_advisory_lock%' AND state = 'idle'
                """) > 0, "the replica asks for the lease");
            Assert.Equal((40, 60), await fixture.BalanceAsync(user));
        }
        await Eventually.IsTrueAsync(async () => await fixture.BalanceAsync(user) == (100, 0), "a replica expires the hold");
    }

    private Task ExpireAsync() => fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);

    private Task<long> ExpiriesAsync(string what, IEnumerable<string> users) => fixture.Database.ScalarAsync<long>(
        $"SELECT {what} FROM transfers WHERE reason = {(short)EntryReason.Expiry} AND user_id = ANY('{{{string.Join(',', users)}}}')");

    // As long as another replica would have the expiry.
    private Task<HeldLock> NoExpiryAsync() => fixture.Database.BeginAsync("SELECT pg_advisory_xact_lock(5504916514240229481)");

    private async Task<string> UserWithDueLotAsync(DateTimeOffset expiresAt)
    {
        var user = Guid.NewGuid().ToString();
        var credit = Requests.Credit(user, "credit", 100);
        credit.ExpiresAt = expiresAt.ToTimestamp();
        await fixture.Wallet.CreditAsync(credit);
        return user;
    }

    private async Task<string> UserWithDueHoldAsync()
    {
        var user = await fixture.UserWithAsync(100);
        var place = Requests.Place(user, "hold", 60);
        place.ExpiresAt = LongAgo.ToTimestamp();
        await fixture.Wallet.PlaceHoldAsync(place);
        return user;
    }
}
