using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Replicas whose clocks are wrong.</summary>
[Collection("Wallet")]
public sealed class ClockTests(WalletFixture fixture)
{
    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task The_databases_clock_decides_what_has_expired(int wrongDays)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var replica = await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
            services => services.AddSingleton<TimeProvider>(new SettableClock(now.AddDays(wrongDays))));
        var (wallet, user) = (new Client(replica.Invoker()), await fixture.UserWithAsync(100));
        var place = Requests.Place(user, "hold", 60);
        place.ExpiresAt = now.AddHours(1).ToTimestamp();
        await wallet.PlaceHoldAsync(place);
        var credit = Requests.Credit(user, "credit", 7);
        credit.ExpiresAt = now.AddHours(-1).ToTimestamp();
        await wallet.CreditAsync(credit);

        await replica.Services.GetRequiredService<DueExpiries>().ExpireAsync(CancellationToken.None);

        Assert.Equal((40, 60), await fixture.BalanceAsync(user));
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>($"""
            SELECT count(*) FROM transfers
            WHERE user_id = '{user}' AND created_at NOT BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'
            """));
        Assert.Empty(await fixture.AuditAsync(user));
    }
}
