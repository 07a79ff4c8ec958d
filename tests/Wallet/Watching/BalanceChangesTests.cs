using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class BalanceChangesTests(WalletFixture fixture)
{
    [Fact]
    public async Task Every_user_is_told_in_few_payloads_that_PostgreSQL_takes()
    {
        await using var ear = await HintListener.OpenAsync(fixture.Database);
        await using var dataSource = NpgsqlDataSource.Create(fixture.Database.ConnectionString);
        using var changes = new BalanceChanges(dataSource, TimeProvider.System, NullLogger<BalanceChanges>.Instance);
        var users = Enumerable.Range(0, 2500).Select(_ => Guid.NewGuid()).ToHashSet();

        changes.Publish(users);
        changes.Publish(users);
        await changes.StartAsync(CancellationToken.None);

        await Eventually.IsTrueAsync(() => Task.FromResult(users.IsSubsetOf(ear.Users)), "all are told");
        var ours = ear.Payloads.Where(payload => BalanceChanges.Unpack(payload).Any(users.Contains)).ToArray();
        Assert.InRange(ours.Length, 1, 9);
        Assert.All(ours, payload => Assert.InRange(Encoding.UTF8.GetByteCount(payload), 1, 7999));
        await changes.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_last_changes_before_a_stop_are_told()
    {
        await using var ear = await HintListener.OpenAsync(fixture.Database);
        await using var dataSource = NpgsqlDataSource.Create(fixture.Database.ConnectionString);
        for (var n = 0; n < 20; n++)
        {
            using var changes = new BalanceChanges(dataSource, TimeProvider.System, NullLogger<BalanceChanges>.Instance);
            await changes.StartAsync(CancellationToken.None);
            var (first, last) = (Guid.NewGuid(), Guid.NewGuid());
            changes.Publish([first]);
            await Eventually.IsTrueAsync(() => Task.FromResult(ear.Users.Contains(first)), "the first is told");
            changes.Publish([last]);

            await changes.StopAsync(CancellationToken.None);

            await Eventually.IsTrueAsync(
                () => Task.FromResult(ear.Users.Contains(last) || ear.Payloads.Contains(BalanceChanges.AllUsers)), "the last is sent");
        }
    }

    [Fact]
    public async Task A_database_that_is_away_costs_no_more_than_reading_everything_again()
    {
        await using var ear = await HintListener.OpenAsync(fixture.Database);
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        using var changes = new BalanceChanges(away, TimeProvider.System, NullLogger<BalanceChanges>.Instance);
        await changes.StartAsync(CancellationToken.None);
        for (var n = 0; n < 300; n++)
        {
            changes.Publish(Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid()));
        }
        await changes.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        await using var dataSource = NpgsqlDataSource.Create(fixture.Database.ConnectionString);
        using var many = new BalanceChanges(dataSource, TimeProvider.System, NullLogger<BalanceChanges>.Instance);
        many.Publish(Enumerable.Range(0, 100_001).Select(_ => Guid.NewGuid()));
        await many.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(ear.Payloads.Contains(BalanceChanges.AllUsers)), "every watched wallet is to be read again");
        await many.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    [InlineData("ééé")]
    public void A_malformed_payload_names_no_user(string payload) => Assert.Empty(BalanceChanges.Unpack(payload));
}
