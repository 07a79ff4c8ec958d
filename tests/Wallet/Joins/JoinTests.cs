using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>What moves when wallets are joined, and what the statements say.</summary>
[Collection("Wallet")]
public sealed class JoinTests(WalletFixture fixture)
{
    [Fact]
    public async Task What_is_left_moves_lot_by_lot_with_kind_payment_and_expiry()
    {
        var (from, into) = (Guid.NewGuid().ToString(), await fixture.UserWithAsync(70));
        var before = TimeProvider.System.GetUtcNow();
        var expiry = TimeProvider.System.GetUtcNow().AddDays(30).ToTimestamp();
        var expiring = Requests.Credit(from, "bonus", 40, V1.EntryReason.Bonus, "pi_2");
        expiring.ExpiresAt = expiry;
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "paid", 500, payment: "pi_2"));
        await fixture.Wallet.CreditAsync(expiring);
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "gift", 9, V1.EntryReason.Adjustment, ""));
        await fixture.Wallet.DebitAsync(Requests.Debit(from, "spent", 30));
        var moved = await LotsAsync(from);

        var joined = await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        Assert.Equal(
            (into, 589, 519, 0, false),
            (joined.IntoUserId, joined.BalanceCents, joined.MovedCents, joined.MovedReceivableCents, joined.Replayed));
        Assert.Equal([10L, 9, 500], moved.Select(lot => lot.LeftCents));
        var own = (false, "pi_1", 70L, (Timestamp?)null);
        Assert.Equal([Describe(moved[0]), Describe(moved[1]), own, Describe(moved[2])], (await LotsAsync(into)).Select(Describe));
        Assert.Equal((true, "pi_2", 10L, RoundedUp(expiry)), Describe(moved[0]));
        Assert.Empty(await LotsAsync(from));
        Assert.Equal((0, 0), await fixture.BalanceAsync(from));
        Assert.Equal(
            ["Join -9", "Join -10", "Join -500", "Debit -30"],
            (await fixture.StatementAsync(from)).Take(4).Select(entry => $"{entry.Reason} {entry.ChangeCents}"));
        var arrived = await fixture.StatementAsync(into);
        Assert.Equal(["Join 9 589", "Join 10 580", "Join 500 570", "Topup 70 70"],
            arrived.Select(entry => $"{entry.Reason} {entry.ChangeCents} {entry.BalanceAfterCents}"));
        Assert.All(arrived.Take(3), entry => Assert.StartsWith("Joined: moved from", entry.Description, StringComparison.Ordinal));
        Assert.Equal(["", "pi_2", "pi_2", "pi_1"], arrived.Select(entry => entry.StripePaymentId));
        await HistoriesAgreeAsync(from, before, 0, -519);
        await HistoriesAgreeAsync(into, before, 589, 519);
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    // Totals, past balances, the CSV export, and the hash chain by the database's own function.
    private async Task HistoriesAgreeAsync(string user, DateTimeOffset before, long balance, long change)
    {
        var totals = await fixture.Wallet.GetTotalsAsync(new GetTotalsRequest
        {
            UserId = user,
            From = before.AddDays(-1).ToTimestamp(),
            To = before.AddDays(2).ToTimestamp(),
        });
        Assert.Equal(change, totals.Totals.Where(total => total.Reason == V1.EntryReason.Join).Sum(total => total.ChangeCents));
        Assert.Equal(balance, totals.Totals.Sum(total => total.ChangeCents));
        var joinedAt = (await fixture.StatementAsync(user))[0].CreatedAt;
        var past = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user, At = joinedAt });
        Assert.Equal(balance, past.BalanceCents);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        foreach (var (path, text) in new[] { ("/api/wallet/ledger.csv", ",join,"), ("/api/wallet/ledger", "\"join\"") })
        {
            Assert.Contains(text, await browser.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
        }
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"""
            SELECT count(*) FROM (
                SELECT t.chain_hash, transfer_hash(
                    coalesce(lag(t.chain_hash) OVER (ORDER BY t.sequence), '00000000-0000-0000-0000-000000000000'), t) AS computed
                FROM transfers t WHERE t.user_id = '{user}') AS chained
            WHERE chain_hash <> computed
            """));
    }

    [Fact]
    public async Task Credits_expire_in_the_joined_wallet_at_their_time()
    {
        var (from, into) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var credit = Requests.Credit(from, "bonus", 100, V1.EntryReason.Bonus);
        credit.ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1).ToTimestamp();
        await fixture.Wallet.CreditAsync(credit);
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM lot_expiries WHERE user_id = '{from}'"));

        await Eventually.IsTrueAsync(
            async () =>
            {
                await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
                return await fixture.BalanceAsync(into) == (0, 0);
            },
            "the credits expire");

        var expired = (await fixture.StatementAsync(into))[0];
        Assert.Equal((V1.EntryReason.Expiry, -100), (expired.Reason, expired.ChangeCents));
        Assert.True(expired.CreatedAt.ToDateTimeOffset() >= credit.ExpiresAt.ToDateTimeOffset());
        // What had expired is not owed.
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "refund", 0, 100));
        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = into })).ReceivableCents);
        Assert.Empty(await fixture.AuditAsync(into));
    }

    [Fact]
    public async Task A_debt_moves_and_the_next_top_up_of_either_user_pays_it()
    {
        var (from, into) = (await fixture.UserWithAsync(100), Guid.NewGuid().ToString());
        await fixture.Wallet.CreditAsync(Requests.Credit(into, "own", 20, payment: "pi_2"));
        await fixture.Wallet.DebitAsync(Requests.Debit(from, "spent", 100));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "refund", 100));

        var joined = await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        Assert.Equal((20, 0, 100), (joined.BalanceCents, joined.MovedCents, joined.MovedReceivableCents));
        Assert.Equal((0, 100), (await ReceivableAsync(from), await ReceivableAsync(into)));
        Assert.Equal(50, (await fixture.Wallet.CreditAsync(Requests.Credit(from, "next", 130, payment: "pi_3"))).BalanceCents);
        Assert.Equal(0, await ReceivableAsync(into));
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    [Fact]
    public async Task A_freeze_moves_and_is_lifted_by_the_user_whose_it_was()
    {
        var (from, into) = (await fixture.UserWithAsync(100), await fixture.UserWithAsync(100));
        await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = from, Reference = "dp_1" });
        await fixture.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = from, Reference = "dp_lifted" });
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(into, "debit", 1))));
        // Another freeze than that of the other user, and one that was lifted before it arrives.
        Assert.True((await fixture.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = into, Reference = "dp_1" })).Frozen);
        Assert.False((await fixture.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = from, Reference = "dp_1" })).Frozen);
        Assert.False((await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = from, Reference = "dp_lifted" })).Frozen);
        Assert.False((await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = from, Reference = "dp_1" })).Frozen);
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(into, "debit", 1))));
        Assert.True((await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = from, Reference = "dp_2" })).Frozen);
        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(into, "more", 1))));
        // Nothing opens the old wallet again.
        Assert.True((await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = from })).Frozen);
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    [Fact]
    public async Task A_low_balance_of_the_joined_wallet_ends_with_the_join()
    {
        var (from, into) = (await fixture.UserWithAsync(100), Guid.NewGuid().ToString());
        using var events = fixture.Wallet.WatchBalance(new WatchBalanceRequest { UserId = into, LowBalanceCents = 50 });
        Assert.True(await events.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(events.ResponseStream.Current.Low);

        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        Assert.True(await events.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((100, false), (events.ResponseStream.Current.BalanceCents, events.ResponseStream.Current.Low));
        // Automatic top-ups leave a frozen wallet alone: the empty one is not filled up again.
        Assert.True((await fixture.Wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { from } })).Balances.Single().Frozen);
    }

    private static (bool Bonus, string Payment, long Cents, Timestamp? ExpiresAt) Describe(V1.Lot lot) =>
        (lot.Bonus, lot.StripePaymentId, lot.LeftCents, lot.ExpiresAt);

    private static Timestamp RoundedUp(Timestamp time) => time.ToDateTimeOffset().RoundUpToMicrosecond().ToTimestamp();

    private async Task<long> ReceivableAsync(string user) =>
        (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents;

    private async Task<V1.Lot[]> LotsAsync(string user) =>
        [.. (await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots];
}
