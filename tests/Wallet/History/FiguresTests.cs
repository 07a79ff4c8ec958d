using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>The sums of all wallets by day.</summary>
public sealed class FiguresTests(HistoryFixture fixture) : IClassFixture<HistoryFixture>
{
    [Fact]
    public async Task Each_day_of_UTC_has_what_the_ledger_has_moved_on_it()
    {
        var (spender, refunded, deleted, guest) = (NewUser(), NewUser(), NewUser(), NewUser());
        // 30 January, two seconds before midnight.
        await CreditAsync(spender, "topup", 1_000, "pi_1");
        await fixture.Wallet.CreditAsync(Requests.Credit(spender, "given", 30, V1.EntryReason.Adjustment, payment: ""));
        await fixture.Wallet.DeductAsync(new DeductRequest { UserId = spender, IdempotencyKey = "taken", AmountCents = 10 });
        await fixture.Wallet.DebitAsync(Requests.Debit(spender, "debit", 50));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(spender, "hold", 200));
        await CreditAsync(refunded, "topup", 400, "pi_2");
        var bonus = Requests.Credit(refunded, "bonus", 100, V1.EntryReason.Bonus, "pi_2");
        bonus.ExpiresAt = (fixture.Clock.GetUtcNow() + TimeSpan.FromDays(2)).ToTimestamp();
        await fixture.Wallet.CreditAsync(bonus);
        await fixture.Wallet.DebitAsync(Requests.Debit(refunded, "debit", 30));
        await CreditAsync(deleted, "topup", 60, "pi_3");
        await CreditAsync(guest, "topup", 5, "pi_4");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(2) - TimeSpan.FromMicroseconds(1));
        await fixture.Wallet.DebitAsync(Requests.Debit(spender, "last", 7));
        await fixture.AdvanceAsync(TimeSpan.FromMicroseconds(1));
        await fixture.Wallet.DebitAsync(Requests.Debit(spender, "first", 3));
        await fixture.Wallet.SettleHoldAsync(Requests.Settle(spender, "settle", 120));
        // Nothing on 1 February.
        await fixture.AdvanceAsync(TimeSpan.FromDays(2));
        await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(refunded, "refund", 400, 100, "pi_2"));
        await fixture.Wallet.ReinstateAsync(Requests.Reinstate(refunded, "won", 20, payment: "pi_2"));
        await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(deleted, 60));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(guest, spender));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(spender, "open", 11, "other"));

        var figures = await GetAsync("2020-01-30", "2020-02-02");
        Assert.Equal(
            [
                new V1.LedgerDay
                {
                    Day = "2020-01-30", TopupCents = 1_465, BonusCents = 100, AdjustedCents = 20, SpentCents = 87, EarnedCents = 87,
                },
                new V1.LedgerDay { Day = "2020-01-31", SpentCents = 123, EarnedCents = 123 },
                // Of the bonus 70 had expired, which the clawback takes from the revenue again.
                new V1.LedgerDay
                {
                    Day = "2020-02-02", ClawedBackCents = 480, ExpiredCents = 70, ForfeitedCents = 60, EarnedCents = 60,
                },
            ],
            figures.Days);
        Assert.Equal((834, 11, 10), (figures.BalanceCents, figures.HeldCents, figures.ReceivableCents));
        Assert.Equal(figures.Days[1], Assert.Single((await GetAsync("2020-01-31", "2020-01-31")).Days));
        Assert.Empty((await GetAsync("2020-02-01", "2020-02-01")).Days);
    }

    [Theory]
    [InlineData("", "2020-02-02")]
    [InlineData("2020-02-02", "2020-02-01")]
    [InlineData("2020-02-02T00:00:00Z", "2020-02-02")]
    [InlineData("2020-01-01", "2020-04-02")]
    public async Task Other_days_are_rejected(string first, string last)
    {
        var rejected = await Assert.ThrowsAsync<RpcException>(() => GetAsync(first, last));
        Assert.Equal((StatusCode.InvalidArgument, WalletErrorCodes.InvalidArgument), (rejected.StatusCode, rejected.ErrorCode()));
    }

    private static string NewUser() => Guid.NewGuid().ToString();

    private async Task CreditAsync(string user, string key, long cents, string payment) =>
        await fixture.Wallet.CreditAsync(Requests.Credit(user, key, cents, payment: payment));

    private Task<GetFiguresResponse> GetAsync(string first, string last) =>
        fixture.Wallet.GetFiguresAsync(new GetFiguresRequest { FirstDay = first, LastDay = last }).ResponseAsync;
}
