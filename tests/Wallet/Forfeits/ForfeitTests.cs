using Google.Protobuf.WellKnownTypes;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>What becomes of the credits of a user who gives the account up.</summary>
[Collection("Wallet")]
public sealed class ForfeitTests(WalletFixture fixture)
{
    private readonly string _user = Guid.NewGuid().ToString();

    [Fact]
    public async Task Credits_are_forfeited_lot_by_lot_and_a_repeated_command_takes_nothing_that_came_later()
    {
        var expiring = Requests.Credit(_user, "bonus", 40, V1.EntryReason.Bonus);
        expiring.ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(30).ToTimestamp();
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "paid", 500));
        await fixture.Wallet.CreditAsync(expiring);
        await fixture.Wallet.DebitAsync(Requests.Debit(_user, "spent", 30));

        var forfeited = await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 510));

        Assert.Equal((0, false), (forfeited.BalanceCents, forfeited.Replayed));
        Assert.Equal(
            ["Forfeiture -10 0", "Forfeiture -500 10", "Debit -30 510"],
            (await fixture.StatementAsync(_user)).Take(3).Select(entry => $"{entry.Reason} {entry.ChangeCents} {entry.BalanceAfterCents}"));
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM lot_expiries WHERE user_id = '{_user}'"));
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "late", 70, payment: "pi_2"));
        foreach (var key in new[] { "deleted", "another" })
        {
            Assert.True((await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 510, key))).Replayed);
        }
        Assert.Equal((70, 0), await fixture.BalanceAsync(_user));
        // The late payment can be refunded as a whole; what was forfeited is not owed, and is known to be the payment's.
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(_user, "refund", 70, payment: "pi_2"));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(_user, "dispute", 500, 10));
        var after = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = _user });
        Assert.Equal((0, 0), (after.BalanceCents, after.ReceivableCents));
        Assert.Empty(await fixture.AuditAsync(_user));
        Assert.Equal(0, await fixture.DifferencesAsync());
        using var browser = fixture.App.CreateClient(Guid.Parse(_user));
        Assert.Contains(
            "\"forfeiture\"", await browser.GetStringAsync(new Uri("/api/wallet/ledger", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_arrived_since_the_user_was_told_stays()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "told", 100));
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "late", 60, payment: "pi_2"));

        Assert.Equal(60, (await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 100))).BalanceCents);

        var lot = Assert.Single((await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = _user })).Lots);
        Assert.Equal(("pi_2", 60L), (lot.StripePaymentId, lot.LeftCents));
        Assert.Empty(await fixture.AuditAsync(_user));
    }

    [Fact]
    public async Task A_wallet_that_was_given_up_is_closed_for_good_even_if_it_was_empty()
    {
        await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 0));
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "late", 60));

        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(_user, "debit", 1))));
        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.PlaceHoldAsync(Requests.Place(_user, "hold", 1))));
        Assert.Equal("invalid_argument", await CodeOfAsync(
            fixture.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = _user, Reference = Forfeit.FreezeReference })));
        Assert.True((await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 60))).Replayed);
        Assert.Equal((60, 0), await fixture.BalanceAsync(_user));
        Assert.Empty(await fixture.AuditAsync(_user));
    }

    [Fact]
    public async Task A_forfeiture_waits_for_the_holds_and_a_joined_wallet_has_nothing_to_forfeit()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "paid", 100));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(_user, "hold", 30));
        Assert.Equal("holds_open", await CodeOfAsync(fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 100))));
        await fixture.Wallet.ReleaseHoldAsync(Requests.Release(_user, "release"));
        var into = Guid.NewGuid().ToString();
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(_user, into));
        Assert.Equal("wallet_joined", await CodeOfAsync(fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 100))));

        Assert.Equal(0, (await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(into, 100))).BalanceCents);

        Assert.Equal(
            "idempotency_key_reused", await CodeOfAsync(fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(into, 99))));
        Assert.Empty(await fixture.AuditAsync(_user));
        Assert.Empty(await fixture.AuditAsync(into));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task Concurrent_calls_forfeit_once()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit(_user, "paid", 100));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            await fixture.Wallet.ForfeitCreditsAsync(Requests.Forfeit(_user, 100))));

        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Single(await fixture.StatementAsync(_user), entry => entry.Reason == V1.EntryReason.Forfeiture);
    }
}
