using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>Holds are answered with the ids of their transfers, which are those of the statement.</summary>
[Collection("Wallet")]
public sealed class HoldTransferTests(WalletFixture fixture)
{
    private V1.WalletService.WalletServiceClient Wallet => fixture.Wallet;

    [Fact]
    public async Task A_hold_its_charge_and_its_refund_are_named_also_when_they_are_repeated()
    {
        var user = await fixture.UserWithAsync(500);
        var held = await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
        var settled = await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 220));
        await Wallet.DebitAsync(Requests.Debit(user, "later", 1));

        var entries = await fixture.StatementAsync(user);
        Assert.Equal(
            [entries[1].Id, entries[2].Id], new[] { settled.RefundTransferId, held.HoldTransferId });
        Assert.Equal((80, -300), (entries[1].ChangeCents, entries[2].ChangeCents));
        Assert.DoesNotContain(entries, entry => entry.Id == settled.SettlementTransferId);
        Assert.NotEmpty(settled.SettlementTransferId);

        Assert.Equal(held.HoldTransferId, (await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300))).HoldTransferId);
        foreach (var key in new[] { "settle", "another" })
        {
            var again = await Wallet.SettleHoldAsync(Requests.Settle(user, key, 220));
            Assert.Equal(
                (settled.SettlementTransferId, settled.RefundTransferId), (again.SettlementTransferId, again.RefundTransferId));
        }
    }

    [Theory]
    [InlineData(300, true, false)]
    [InlineData(299, true, true)]
    [InlineData(0, false, true)]
    public async Task Only_what_was_moved_is_named(long settledCents, bool isCharged, bool isRefunded)
    {
        var user = await fixture.UserWithAsync(500);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
        var settled = await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", settledCents));
        Assert.Equal((isCharged, isRefunded), (settled.SettlementTransferId.Length > 0, settled.RefundTransferId.Length > 0));
        Assert.Equal(isRefunded ? settled.RefundTransferId : "", await RefundOfAsync(user));
    }

    [Fact]
    public async Task The_refund_of_a_released_or_expired_hold_is_named()
    {
        var user = await fixture.UserWithAsync(500);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
        var released = await Wallet.ReleaseHoldAsync(Requests.Release(user, "release"));
        Assert.Equal(await RefundOfAsync(user), released.RefundTransferId);
        Assert.Equal(
            released.RefundTransferId, (await Wallet.ReleaseHoldAsync(Requests.Release(user, "another"))).RefundTransferId);

        var other = await fixture.UserWithAsync(500);
        var place = Requests.Place(other, "hold", 300);
        place.ExpiresAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(-400));
        await Wallet.PlaceHoldAsync(place);
        await Eventually.IsTrueAsync(async () => await fixture.BalanceAsync(other) == (500, 0), "the hold has expired");
        var expired = await Wallet.ReleaseHoldAsync(Requests.Release(other, "release"));
        Assert.Equal((await RefundOfAsync(other), true), (expired.RefundTransferId, expired.Replayed));
    }

    [Fact]
    public async Task The_migration_names_the_transfers_of_earlier_holds()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString });
        var wallet = new V1.WalletService.WalletServiceClient(app.Invoker());
        var user = Guid.NewGuid().ToString();
        await wallet.CreditAsync(Requests.Credit(user, "credit", 500));
        await wallet.PlaceHoldAsync(Requests.Place(user, "open", 10, "open"));
        await wallet.PlaceHoldAsync(Requests.Place(user, "hold", 100));
        await wallet.SettleHoldAsync(Requests.Settle(user, "settle", 40));
        const string named = "select string_agg(job_id || ' ' || placed_sequence || ' ' || coalesce(end_sequence, 0), ', ' "
            + "order by job_id) from holds";
        Assert.Equal("job 3 4, open 2 0", await database.ScalarAsync<string>(named));

        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        await using var context = new WalletDbContext(
            (DbContextOptions<WalletDbContext>)new DbContextOptionsBuilder<WalletDbContext>().UseServiceDatabase(dataSource).Options);
        var migrator = context.GetService<IMigrator>();
        await migrator.MigrateAsync("Initial");
        await migrator.MigrateAsync();
        Assert.Equal("job 3 4, open 2 0", await database.ScalarAsync<string>(named));
    }

    private async Task<string> RefundOfAsync(string user) =>
        (await fixture.StatementAsync(user)).FirstOrDefault(entry => entry.Reason == V1.EntryReason.Refund)?.Id ?? "";
}
