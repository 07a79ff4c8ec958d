using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class ClawBackTests(WalletFixture fixture)
{
    [Fact]
    public async Task A_clawback_takes_what_is_left_and_the_next_top_up_pays_the_rest()
    {
        var user = Guid.NewGuid().ToString();
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "paid", 500));
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "bonus", 50, V1.EntryReason.Bonus));
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 350));

        // Bonus credits are spent first, so 300 paid credits are spent.
        Assert.Equal(0, (await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "refund", 500, 50))).BalanceCents);

        var wallet = await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user });
        Assert.Equal((0, 350), (wallet.BalanceCents, wallet.ReceivableCents));
        Assert.Equal("clawback", Name((await fixture.StatementAsync(user))[0]));
        Assert.Equal(150, (await fixture.Wallet.CreditAsync(Requests.Credit(user, "next", 500, payment: "pi_2"))).BalanceCents);
        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        Assert.Equal([-350, 500, -200], (await fixture.StatementAsync(user)).Take(3).Select(entry => entry.ChangeCents));
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task Clawbacks_of_refunds_and_a_dispute_never_exceed_the_payment()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "other", 400, payment: "pi_2"));

        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_1", 200));
        var second = await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_2", 100));
        Assert.True((await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_2", 100))).Replayed);
        var rest = await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 500));

        Assert.Equal((600, 400), (second.BalanceCents, rest.BalanceCents));
        Assert.Equal("nothing_to_claw_back", await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_2", 500))));
        Assert.Equal("payment_not_found",
            await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_3", 500, payment: "pi_9"))));
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_2", 101))));
        var payment = await fixture.Wallet.GetPaymentCreditsAsync(new GetPaymentCreditsRequest { UserId = user, StripePaymentId = "pi_1" });
        Assert.Equal((500, 500, 0), (payment.PaidCents, payment.PaidClawedBackCents, payment.PaidUnspentCents));
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task A_won_dispute_restores_the_credits_and_reduces_the_receivable()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 300));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 500));

        Assert.Equal(200, (await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won", 500))).BalanceCents);
        Assert.True((await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won", 500))).Replayed);

        Assert.Equal("nothing_to_reinstate", await CodeOfAsync(fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won again", 500))));
        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        // The credits belong to the payment again and can be clawed back once more.
        Assert.Equal(0, (await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_1", 200))).BalanceCents);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task A_reinstatement_does_not_revive_what_had_expired()
    {
        var user = Guid.NewGuid().ToString();
        var credit = Requests.Credit(user, "credit", 500);
        credit.ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(50).ToTimestamp();
        await fixture.Wallet.CreditAsync(credit);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 200));
        await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 500));
        Assert.Equal(200, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);

        Assert.Equal(0, (await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won", 500))).BalanceCents);

        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        Assert.Empty((await fixture.Wallet.ListLotsAsync(new ListLotsRequest { UserId = user })).Lots);
        Assert.Empty(await fixture.AuditAsync(user));
        // As before the dispute: what had expired can be clawed back without a receivable.
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_1", 500));
        Assert.Equal(200, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    // The first clawback takes what has expired, the second what was spent; a later top-up pays for that.
    [Fact]
    public async Task A_partial_reinstatement_returns_what_was_taken_last()
    {
        var user = Guid.NewGuid().ToString();
        var credit = Requests.Credit(user, "credit", 500);
        credit.ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(50).ToTimestamp();
        await fixture.Wallet.CreditAsync(credit);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 200));
        await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "re_1", 300));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 200));
        Assert.Equal(100, (await fixture.Wallet.CreditAsync(Requests.Credit(user, "next", 300, payment: "pi_2"))).BalanceCents);

        Assert.Equal(300, (await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won", 200))).BalanceCents);

        Assert.Equal(300, (await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won more", 300))).BalanceCents);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task A_refunded_hold_pays_the_receivable_first()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 400));
        await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 500));

        var released = await fixture.Wallet.ReleaseHoldAsync(Requests.Release(user, "release"));

        Assert.Equal((0, 400), (released.BalanceCents, released.RefundedCents));
        Assert.Equal(0, (await fixture.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
        Assert.Empty(await fixture.AuditAsync(user));
    }

    [Fact]
    public async Task By_option_a_top_up_does_not_pay_the_receivable()
    {
        await using var lenient = await fixture.StartServiceAsync(("Ledger:CollectsReceivables", "false"));
        var wallet = new V1.WalletService.WalletServiceClient(lenient.Invoker());
        var user = await fixture.UserWithAsync(500);
        await wallet.DebitAsync(Requests.Debit(user, "spent", 500));
        await wallet.ClawBackAsync(Requests.ClawBack(user, "dp_1", 500));

        Assert.Equal(300, (await wallet.CreditAsync(Requests.Credit(user, "next", 300, payment: "pi_2"))).BalanceCents);
        Assert.Equal(500, (await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user })).ReceivableCents);
    }

    [Fact]
    public async Task A_frozen_wallet_cannot_spend_until_its_last_freeze_is_lifted()
    {
        var user = await fixture.UserWithAsync(500);
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 100));
        Assert.True((await fixture.Wallet.FreezeAsync(Freeze(user, "dp_1"))).Frozen);
        Assert.True((await fixture.Wallet.FreezeAsync(Freeze(user, "dp_2"))).Frozen);
        Assert.True((await fixture.Wallet.FreezeAsync(Freeze(user, "dp_1"))).Frozen);

        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "debit", 1))));
        Assert.Equal("wallet_frozen", await CodeOfAsync(fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "other", 1, "other"))));
        Assert.Equal(410, (await fixture.Wallet.CreditAsync(Requests.Credit(user, "more", 10, payment: "pi_2"))).BalanceCents);
        Assert.Equal(470, (await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 40))).BalanceCents);
        Assert.True((await fixture.Wallet.UnfreezeAsync(Unfreeze(user, "dp_1"))).Frozen);
        Assert.False((await fixture.Wallet.UnfreezeAsync(Unfreeze(user, "dp_2"))).Frozen);
        // Freeze and unfreeze can arrive in either order and repeatedly.
        Assert.False((await fixture.Wallet.FreezeAsync(Freeze(user, "dp_2"))).Frozen);
        Assert.False((await fixture.Wallet.UnfreezeAsync(Unfreeze(user, "dp_3"))).Frozen);
        Assert.False((await fixture.Wallet.FreezeAsync(Freeze(user, "dp_3"))).Frozen);

        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.DebitAsync(Requests.Debit(user, "debit", 1))));
        Assert.Empty(await fixture.AuditAsync(user));
    }

    private static FreezeRequest Freeze(string user, string reference) => new() { UserId = user, Reference = reference };

    private static UnfreezeRequest Unfreeze(string user, string reference) => new() { UserId = user, Reference = reference };

    private static string Name(Entry entry) => entry.Reason.ToString().ToLowerInvariant();
}
