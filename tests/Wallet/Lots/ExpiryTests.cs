using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>Uses short real times; tests never assert that something has not expired yet.</summary>
[Collection("Wallet")]
public sealed class ExpiryTests(WalletFixture fixture)
{
    [Fact]
    public async Task An_expired_hold_is_refunded_once_and_cannot_be_settled()
    {
        var user = await fixture.UserWithAsync(500);
        var place = Requests.Place(user, "hold", 200);
        place.ExpiresAt = In(TimeSpan.FromMilliseconds(200));
        await fixture.Wallet.PlaceHoldAsync(place);

        await Eventually.IsTrueAsync(async () => await fixture.BalanceAsync(user) == (500, 0), "the service's own sweep gives it back");

        Assert.Equal("hold_expired", await CodeOfAsync(fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 1))));
        Assert.True((await fixture.Wallet.ReleaseHoldAsync(Requests.Release(user, "release"))).Replayed);
        Assert.Single(await fixture.StatementAsync(user), entry => entry.Reason == V1.EntryReason.Refund);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task The_unspent_rest_of_a_lot_expires()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.CreditAsync(Expiring(user, "bonus", 100, TimeSpan.FromMilliseconds(1), V1.EntryReason.Bonus));
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 30));

        await ExpireAsync();
        await ExpireAsync();

        Assert.Equal((500, 0), await fixture.BalanceAsync(user));
        Assert.Equal(-70, Assert.Single(await fixture.StatementAsync(user), entry => entry.Reason == V1.EntryReason.Expiry).ChangeCents);
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM lot_expiries WHERE user_id = '{user}'"));
        // Expired credits were not spent, so clawing back the payment creates no receivable.
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 500, 100));
        Assert.Equal(30, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task Credits_refunded_after_their_lot_expired_get_a_grace_period()
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Wallet.CreditAsync(Expiring(user, "credit", 100, TimeSpan.FromMilliseconds(1)));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 60));
        await ExpireAsync();
        Assert.Equal((0, 60), await fixture.BalanceAsync(user));

        await fixture.Wallet.ReleaseHoldAsync(Requests.Release(user, "release"));
        await ExpireAsync();

        Assert.Equal((60, 0), await fixture.BalanceAsync(user));
        var lot = Assert.Single((await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots);
        Assert.Equal(60, lot.LeftCents);
        Assert.Equal(
            TimeProvider.System.GetUtcNow().Add(LotBook.Grace).UtcDateTime, lot.ExpiresAt.ToDateTime(), TimeSpan.FromHours(1));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM lot_expiries WHERE user_id = '{user}' AND due_at > now()"));
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task Lots_are_spent_soonest_to_expire_first_then_bonus_then_oldest()
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "paid, old", 10));
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "paid, new", 10));
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "bonus", 10, V1.EntryReason.Bonus));
        await fixture.Wallet.CreditAsync(Expiring(user, "late", 10, TimeSpan.FromDays(2)));
        await fixture.Wallet.CreditAsync(Expiring(user, "soon", 10, TimeSpan.FromDays(1)));
        var all = await LotsAsync(user);

        for (var spent = 0; spent < 50; spent += 5)
        {
            await fixture.Wallet.DebitAsync(Requests.Debit(user, $"debit{spent}", 5));
            var left = await LotsAsync(user);
            Assert.Equal(all[((spent + 5) / 10)..].Select(lot => lot.EntryId), left.Select(lot => lot.EntryId));
            Assert.Equal(45 - spent, left.Sum(lot => lot.LeftCents));
        }
        Assert.Equal(["5", "4", "3", "1", "2"], all.Select(lot => lot.EntryId.Split('-')[1]));
    }

    [Fact]
    public async Task A_long_history_saves_a_checkpoint_that_does_not_change_the_result()
    {
        var user = await fixture.UserWithAsync(1_000_000);
        await fixture.Wallet.PostBatchAsync(Requests.Batch(Enumerable.Range(0, LotCheckpoints.Distance + 100).Select(n => n % 7 == 0
            ? Requests.InBatch(Requests.Credit(user, $"key{n}", 3, V1.EntryReason.Bonus))
            : Requests.InBatch(Requests.Debit(user, $"key{n}", 11)))));

        var first = await LotsAsync(user);
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM lot_checkpoints WHERE user_id = '{user}'"));
        var second = await LotsAsync(user);
        await fixture.Database.ExecuteAsync($"DELETE FROM lot_checkpoints WHERE user_id = '{user}'");

        Assert.Equal(first, second);
        Assert.Equal(first, await LotsAsync(user));
        Assert.Equal((await fixture.BalanceAsync(user)).Balance, first.Sum(lot => lot.LeftCents));
    }

    private async Task<V1.Lot[]> LotsAsync(string user) =>
        [.. (await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots];

    private async Task ExpireAsync()
    {
        await Task.Delay(20);
        await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
    }

    private static CreditRequest Expiring(string user, string key, long cents, TimeSpan after, V1.EntryReason reason = V1.EntryReason.Topup)
    {
        var credit = Requests.Credit(user, key, cents, reason);
        credit.ExpiresAt = In(after);
        return credit;
    }

    private static Timestamp In(TimeSpan time) => TimeProvider.System.GetUtcNow().Add(time).ToTimestamp();
}
