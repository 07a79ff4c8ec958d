using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>A correction below zero: credits are taken away as spending takes them, and nothing is earned.</summary>
[Collection("Wallet")]
public sealed class DeductTests(WalletFixture fixture)
{
    [Fact]
    public async Task Credits_are_taken_once_in_the_order_of_spending_also_from_a_frozen_wallet()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "gift", 30, V1.EntryReason.Bonus, ""));
        await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = "dp_1" });
        var request = new DeductRequest { UserId = user, IdempotencyKey = "correction", AmountCents = 130, Description = "Given twice" };

        var first = await fixture.Wallet.DeductAsync(request);
        var again = await fixture.Wallet.DeductAsync(request);

        Assert.Equal((400, false, 400, true), (first.BalanceCents, first.Replayed, again.BalanceCents, again.Replayed));
        var lots = await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user });
        Assert.Equal(["False 400"], lots.Lots.Select(lot => $"{lot.Bonus} {lot.LeftCents}"));
        var entry = (await fixture.StatementAsync(user))[0];
        Assert.Equal(
            (V1.EntryReason.Adjustment, -130, 400, "Given twice"),
            (entry.Reason, entry.ChangeCents, entry.BalanceAfterCents, entry.Description));
        Assert.Equal(30L - 130, await fixture.Database.ScalarAsync<long>(
            $"""
            select sum(case when debit_account = 5 then amount_cents when credit_account = 5 then -amount_cents else 0 end)::bigint
            from transfers where user_id = '{user}'
            """));
        Assert.Empty(await fixture.AuditAsync(user));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task The_balance_never_goes_below_zero_and_held_credits_stay()
    {
        var user = await fixture.UserWithAsync(100);
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 60));
        Assert.Equal("insufficient_funds", await CodeAsync(user, 41));
        Assert.Equal("ok", await CodeAsync(user, 40));
        Assert.Equal((0, 60), await fixture.BalanceAsync(user));
        Assert.Equal("insufficient_funds", await CodeAsync(Guid.NewGuid().ToString(), 1));
        Assert.Equal("invalid_argument", await CodeAsync(user, 0));
        Assert.Equal("invalid_argument", await CodeAsync("x", 1));
    }

    [Fact]
    public async Task It_follows_the_credits_into_a_joined_wallet()
    {
        var (from, into) = (await fixture.UserWithAsync(100), await fixture.UserWithAsync(50));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));
        Assert.Equal("ok", await CodeAsync(from, 120));
        Assert.Equal((30, 0), await fixture.BalanceAsync(into));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    private Task<string> CodeAsync(string user, long cents) => CodeOfAsync(fixture.Wallet.DeductAsync(
        new DeductRequest { UserId = user, IdempotencyKey = Guid.NewGuid().ToString(), AmountCents = cents }));
}
