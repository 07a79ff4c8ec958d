using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

/// <summary>Commands that name a user whose wallet was joined into another one.</summary>
[Collection("Wallet")]
public sealed class JoinedPaymentTests(WalletFixture fixture)
{
    [Fact]
    public async Task A_refund_after_a_join_claws_back_from_the_joined_wallet_to_the_cent()
    {
        var (from, into) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "paid", 500, payment: "pi_old"));
        await fixture.Wallet.CreditAsync(Requests.Credit(from, "bonus", 50, V1.EntryReason.Bonus, "pi_old"));
        await fixture.Wallet.CreditAsync(Requests.Credit(into, "own", 1000, payment: "pi_own"));
        await fixture.Wallet.DebitAsync(Requests.Debit(from, "spent", 350));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "re_1", 30, payment: "pi_old"));

        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        Assert.Equal((1170, 0), await StateAsync(into));
        // Of the payment 500 + 50: 350 were spent (the bonus first), 30 are clawed back, 170 are left.
        Assert.Equal((500, 50, 30, 0, 170, 0), await PaymentAsync(from, "pi_old"));
        Assert.Equal(await PaymentAsync(from, "pi_old"), await PaymentAsync(into, "pi_old"));
        Assert.True((await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "re_1", 30, payment: "pi_old"))).Replayed);
        Assert.Equal(1000, (await fixture.Wallet.ClawBackAsync(Requests.ClawBack(from, "re_2", 470, 50, "pi_old"))).BalanceCents);
        Assert.Equal((1000, 350), await StateAsync(into));
        Assert.Equal("nothing_to_claw_back", await CodeOfAsync(
            fixture.Wallet.ClawBackAsync(Requests.ClawBack(into, "re_3", 1, 1, "pi_old"))));
        Assert.Equal(1170, (await fixture.Wallet.ReinstateAsync(Requests.Reinstate(from, "won", 470, 50, "pi_old"))).BalanceCents);
        Assert.True((await fixture.Wallet.ReinstateAsync(Requests.Reinstate(from, "won", 470, 50, "pi_old"))).Replayed);
        Assert.Equal((1170, 0), await StateAsync(into));
        Assert.Equal((0, 0), await StateAsync(from));
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    [Fact]
    public async Task Commands_follow_a_chain_of_joins()
    {
        var (first, second, third) = (await fixture.UserWithAsync(100), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await fixture.Wallet.DebitAsync(Requests.Debit(first, "spent", 60));
        await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = first, Reference = "dp_1" });
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(first, second));
        await fixture.Wallet.CreditAsync(Requests.Credit(first, "late", 7, payment: "pi_2"));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(second, third));

        Assert.True((await fixture.Wallet.CreditAsync(Requests.Credit(first, "late", 7, payment: "pi_2"))).Replayed);
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(
            fixture.Wallet.CreditAsync(Requests.Credit(first, "late", 8, payment: "pi_2"))));
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(fixture.Wallet.CreditAsync(Requests.Credit(first, "join", 8))));
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(first, "late", 8))));
        // The keys of another user are others.
        Assert.False((await fixture.Wallet.CreditAsync(Requests.Credit(second, "late", 7, payment: "pi_2"))).Replayed);
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(first, "refund", 100));
        Assert.Equal((14, 60), await StateAsync(third));
        Assert.False((await fixture.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = first, Reference = "dp_1" })).Frozen);
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(third, "debit", 1))));
        foreach (var user in new[] { first, second, third })
        {
            Assert.Empty(await fixture.AuditAsync(user));
        }
        Assert.Equal(0, await fixture.DifferencesAsync());
    }

    // More joins than a batch would find one after the other.
    [Fact]
    public async Task A_chain_of_many_joins_is_followed_at_once()
    {
        var users = Enumerable.Range(0, 13).Select(_ => Guid.NewGuid().ToString()).ToArray();
        foreach (var (from, into) in users.Zip(users.Skip(1)))
        {
            await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));
        }

        Assert.Equal(5, (await fixture.Wallet.CreditAsync(Requests.Credit(users[0], "late", 5))).BalanceCents);
        Assert.Equal((5, 0), await StateAsync(users[^1]));
    }

    [Fact]
    public async Task A_payment_that_is_credited_after_the_join_arrives_once_in_the_joined_wallet()
    {
        var (from, into) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var before = Payment("pi_before");
        Assert.All((await fixture.Wallet.PostBatchAsync(before)).Outcomes, outcome => Assert.Equal("", outcome.ErrorCode));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into));

        var late = await fixture.Wallet.PostBatchAsync(Payment("pi_late"));
        Assert.Equal([("", 210L, false), ("", 220, false)], late.Outcomes.Select(o => (o.ErrorCode, o.BalanceCents, o.Replayed)));
        foreach (var payment in new[] { "pi_before", "pi_late" })
        {
            Assert.All((await fixture.Wallet.PostBatchAsync(Payment(payment))).Outcomes, outcome => Assert.True(outcome.Replayed));
        }

        Assert.Equal((220, 0), await StateAsync(into));
        Assert.Equal((0, 0), await StateAsync(from));
        Assert.Equal((100, 10, 0, 0, 100, 10), await PaymentAsync(from, "pi_late"));
        Assert.Empty(await fixture.AuditAsync(into));

        PostBatchRequest Payment(string id) => Requests.Batch(
        [
            Requests.InBatch(Requests.Credit(from, $"payment:{id}", 100, payment: id)),
            Requests.InBatch(Requests.Credit(from, $"payment:{id}:bonus", 10, V1.EntryReason.Bonus, id)),
        ], 0);
    }

    [Fact]
    public async Task A_closed_wallet_rejects_debits_and_holds_and_answers_what_it_has_answered_before()
    {
        var (from, into) = (await fixture.UserWithAsync(500), Guid.NewGuid().ToString());
        await fixture.Wallet.DebitAsync(Requests.Debit(from, "debit", 100));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(from, "hold", 200));
        Assert.Equal("holds_open", await CodeOfAsync(fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into))));
        await fixture.Wallet.SettleHoldAsync(Requests.Settle(from, "settle", 50));
        Assert.Equal(350, (await fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into))).BalanceCents);

        Assert.Equal("wallet_joined", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(from, "debit 2", 1))));
        Assert.Equal("wallet_joined", await CodeOfAsync(fixture.Wallet.PlaceHoldAsync(Requests.Place(from, "hold 2", 1, "job-2"))));
        Assert.Equal((400, true), Of(await fixture.Wallet.DebitAsync(Requests.Debit(from, "debit", 100))));
        var settled = await fixture.Wallet.SettleHoldAsync(Requests.Settle(from, "again", 50));
        Assert.Equal((350, 50, 150, true), (settled.BalanceCents, settled.SettledCents, settled.RefundedCents, settled.Replayed));
        Assert.Equal("hold_settled", await CodeOfAsync(fixture.Wallet.ReleaseHoldAsync(Requests.Release(from, "release"))));
        using var browser = fixture.App.CreateClient(Guid.Parse(from));
        using var content = new StringContent("""{"job_id":"job-9","cost_cents":1}""", null, "application/json");
        using var answer = await browser.PostAsync(new Uri("/api/debit", UriKind.Relative), content);
        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("\"wallet_joined\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((350, 0), await StateAsync(into));
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    [Fact]
    public async Task A_join_is_repeated_without_an_effect_and_never_makes_a_cycle()
    {
        var (first, second, third) = (await fixture.UserWithAsync(10), await fixture.UserWithAsync(20), await fixture.UserWithAsync(30));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(first, second));
        await fixture.Wallet.DebitAsync(Requests.Debit(second, "spent", 25));

        foreach (var key in new[] { "join", "another" })
        {
            var again = await fixture.Wallet.JoinWalletsAsync(Requests.Join(first, second, key));
            Assert.Equal((second, 30, 10, true), (again.IntoUserId, again.BalanceCents, again.MovedCents, again.Replayed));
        }
        Assert.Equal("idempotency_key_reused", await CodeAsync(first, third));
        Assert.Equal("already_joined", await CodeAsync(first, third, "another"));
        Assert.Equal("join_cycle", await CodeAsync(second, first));
        Assert.Equal("invalid_argument", await CodeAsync(first, first));
        Assert.Equal("idempotency_key_reused", await CodeAsync(third, first, "seed"));
        // The joined wallet of the one that is named.
        Assert.Equal(second, (await fixture.Wallet.JoinWalletsAsync(Requests.Join(third, first))).IntoUserId);
        Assert.Equal("join_cycle", await CodeAsync(second, third));
        Assert.Equal((35, 0), await StateAsync(second));
        // The first outcome again, also after the other wallet was joined.
        var fourth = Guid.NewGuid().ToString();
        await fixture.Wallet.JoinWalletsAsync(Requests.Join(second, fourth));
        Assert.True((await fixture.Wallet.JoinWalletsAsync(Requests.Join(first, second))).Replayed);
        Assert.Equal("join_cycle", await CodeAsync(fourth, first));
        foreach (var user in new[] { first, second, third, fourth })
        {
            Assert.Empty(await fixture.AuditAsync(user));
        }
    }

    [Fact]
    public async Task Wallets_without_anything_can_be_joined_and_full_ones_cannot()
    {
        var (empty, into) = (Guid.NewGuid().ToString(), await fixture.UserWithAsync(10_000_000_000_000));
        var some = await fixture.UserWithAsync(1);

        Assert.Equal("balance_limit_exceeded", await CodeAsync(some, into));
        Assert.Equal(0, (await fixture.Wallet.JoinWalletsAsync(Requests.Join(empty, into))).MovedCents);

        Assert.True((await fixture.Wallet.JoinWalletsAsync(Requests.Join(empty, into))).Replayed);
        Assert.Equal("wallet_joined", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(empty, "debit", 1))));
        Assert.Equal("balance_limit_exceeded", await CodeOfAsync(fixture.Wallet.CreditAsync(Requests.Credit(empty, "more", 1))));
        Assert.Equal((1, 0), await StateAsync(some));
        Assert.Empty(await fixture.AuditAsync(empty));
        Assert.Empty(await fixture.AuditAsync(into));
    }

    private Task<string> CodeAsync(string from, string into, string key = "join") =>
        CodeOfAsync(fixture.Wallet.JoinWalletsAsync(Requests.Join(from, into, key)));

    private static (long, bool) Of(V1.DebitResponse response) => (response.BalanceCents, response.Replayed);

    private async Task<(long Balance, long Receivable)> StateAsync(string user)
    {
        var wallet = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user });
        return (wallet.BalanceCents, wallet.ReceivableCents);
    }

    private async Task<(long, long, long, long, long, long)> PaymentAsync(string user, string id)
    {
        var credits = await fixture.Wallet.GetPaymentCreditsAsync(new GetPaymentCreditsRequest { UserId = user, StripePaymentId = id });
        return (credits.PaidCents, credits.BonusCents, credits.PaidClawedBackCents, credits.BonusClawedBackCents,
            credits.PaidUnspentCents, credits.BonusUnspentCents);
    }
}
