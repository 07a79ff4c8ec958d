using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Wallet.Data.Migrations;

namespace ReelBallers.Wallet.Tests;

/// <summary>What migrations compute from rows that are there already.</summary>
public sealed class MigrationTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    [Fact]
    public async Task What_clawbacks_took_is_computed_from_the_transfers()
    {
        foreach (var reason in new[] { V1.EntryReason.Topup, V1.EntryReason.Bonus })
        {
            var user = Guid.NewGuid().ToString();
            long Paid(long cents) => reason == V1.EntryReason.Topup ? cents : 0;
            long Bonus(long cents) => cents - Paid(cents);
            var credit = Requests.Credit(user, "credit", 500, reason);
            credit.ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(50).ToTimestamp();
            await fixture.Wallet.CreditAsync(credit);
            await fixture.Wallet.DebitAsync(Requests.Debit(user, "spent", 200));
            await fixture.App.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);
            await fixture.Wallet.CreditAsync(Requests.Credit(user, "more", 50, reason));
            await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "lots and expired", Paid(250), Bonus(250)));
            await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won", Paid(30), Bonus(30)));
            await fixture.Wallet.ClawBackAsync(Requests.ClawBack(user, "the rest", Paid(400), Bonus(400)));
            await fixture.Wallet.ReinstateAsync(Requests.Reinstate(user, "won again", Paid(120), Bonus(120)));
            Assert.Empty(await fixture.AuditAsync(user));
        }
        await fixture.Database.ExecuteAsync("""
            UPDATE payment_credits SET paid_expired_taken_cents = 0, paid_owed_taken_cents = 0, bonus_expired_taken_cents = 0,
                bonus_owed_taken_cents = 0
            """);
        Assert.NotEmpty(await fixture.AuditAsync());

        await fixture.Database.ExecuteAsync((string)typeof(LedgerHardening)
            .GetField("FillPaymentColumns", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!);

        Assert.Empty(await fixture.AuditAsync());
    }
}
