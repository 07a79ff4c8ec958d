using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class BalanceEventStreamTests(WalletFixture fixture)
{
    [Fact]
    public async Task The_balance_comes_at_once_and_at_each_change()
    {
        var user = await fixture.UserWithAsync(100);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        using var events = await EventReader.OpenAsync(browser);

        Assert.Equal(Balance(1, 100, 0), await events.NextAsync());
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 30));
        Assert.Equal(Balance(2, 70, 30), await events.NextAsync());
        // The same again changes nothing, and is not told.
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 30));
        await fixture.Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 10));
        Assert.Equal(Balance(4, 90, 0), await events.NextAsync());
    }

    [Fact]
    public async Task A_balance_that_falls_below_the_threshold_is_told_once_each_time()
    {
        var user = await fixture.UserWithAsync(100);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        using var events = await EventReader.OpenAsync(browser, lowBalanceCents: 50);
        Assert.Equal(Balance(1, 100, 0), await events.NextAsync());

        await fixture.Wallet.DebitAsync(Requests.Debit(user, "to the threshold", 50));
        Assert.Equal(Balance(2, 50, 0), await events.NextAsync());
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "below", 1));
        Assert.Equal(LowBalance(3, 49), await events.NextAsync());
        Assert.Equal(Balance(3, 49, 0, low: true), await events.NextAsync());
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "still below", 1));
        Assert.Equal(Balance(4, 48, 0, low: true), await events.NextAsync());
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "up", 10));
        Assert.Equal(Balance(5, 58, 0), await events.NextAsync());
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "below again", 10));
        Assert.Equal(LowBalance(6, 48), await events.NextAsync());
        Assert.Equal(Balance(6, 48, 0, low: true), await events.NextAsync());
    }

    [Fact]
    public async Task A_stream_taken_up_again_tells_what_is_different()
    {
        var user = await fixture.UserWithAsync(100);
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "below", 60));
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "further", 10));
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        // Low already when it begins: the event says so, and no crossing is told.
        using (var events = await EventReader.OpenAsync(browser, 50))
        {
            Assert.Equal(Balance(3, 30, 0, low: true), await events.NextAsync());
        }
        // Fell below meanwhile.
        using (var events = await EventReader.OpenAsync(browser, 50, "1"))
        {
            Assert.Equal(LowBalance(3, 30), await events.NextAsync());
            Assert.Equal(Balance(3, 30, 0, low: true), await events.NextAsync());
        }
        // Was below already.
        using (var events = await EventReader.OpenAsync(browser, 50, "2"))
        {
            Assert.Equal(Balance(3, 30, 0, low: true), await events.NextAsync());
        }
        // Knows it all: a sign of life, and then what comes.
        using (var events = await EventReader.OpenAsync(browser, 50, "3"))
        {
            Assert.Equal(Comment, await events.NextAsync());
            await fixture.Wallet.DebitAsync(Requests.Debit(user, "more", 1));
            Assert.Equal(Balance(4, 29, 0, low: true), await events.NextAsync());
        }
        // Was frozen when it was seen last.
        using (var events = await EventReader.OpenAsync(browser, 50, "4f"))
        {
            Assert.Equal(Balance(4, 29, 0, low: true), await events.NextAsync());
        }
        foreach (var never in new[] { "5", "x", "", "-1", "9223372036854775808", "f" })
        {
            using var events = await EventReader.OpenAsync(browser, 50, never);
            Assert.Equal(Balance(4, 29, 0, low: true), await events.NextAsync());
        }
    }

    [Fact]
    public async Task A_user_without_a_wallet_waits_for_the_first_credit()
    {
        var user = Guid.NewGuid();
        using var browser = fixture.App.CreateClient(user);
        using var events = await EventReader.OpenAsync(browser, 50);

        Assert.Equal(Balance(0, 0, 0, low: true), await events.NextAsync());
        await fixture.Wallet.CreditAsync(Requests.Credit(user.ToString(), "first", 100));
        Assert.Equal(Balance(1, 100, 0), await events.NextAsync());
    }

    [Fact]
    public async Task After_200_clients_that_went_away_no_watcher_is_left_and_nothing_was_logged()
    {
        using var logs = new CollectedLogs();
        await using var app = await ServiceApp.StartAsync(
            "Wallet",
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString,
                ["Logging:LogLevel:Default"] = "Information",
            },
            logs.Register);
        var watches = app.Services.GetRequiredService<BalanceWatches>();
        using var browser = app.CreateClient(Guid.Parse(await fixture.UserWithAsync(100)));
        logs.Clear();
        for (var batch = 0; batch < 200 / BalanceWatches.MaxPerUser; batch++)
        {
            var streams = await Task.WhenAll(Enumerable.Range(0, BalanceWatches.MaxPerUser).Select(_ => EventReader.OpenAsync(browser)));
            Assert.Equal(Balance(1, 100, 0), await streams[0].NextAsync());
            Assert.Equal(BalanceWatches.MaxPerUser, watches.Count);
            Array.ForEach(streams, stream => stream.Dispose());
            await Eventually.IsTrueAsync(() => Task.FromResult(watches.Count == 0), "nothing is left of the streams");
        }
        // The host's own lines about its start may come late.
        Assert.DoesNotContain(logs.Lines, line => !line.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("x")]
    [InlineData("10000000000001")]
    [InlineData("9223372036854775808")]
    public async Task A_bad_threshold_is_rejected(string threshold)
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());
        using var anonymous = fixture.App.CreateClient();

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync($"/api/wallet/events?low_balance_cents={threshold}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/api/wallet/events")).StatusCode);
    }

    [Fact]
    public async Task A_lost_notification_is_recovered_and_an_idle_stream_sends_heartbeats()
    {
        var clock = new ManualClock();
        await using var app = await ServiceApp.StartAsync("Wallet",
            new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
            services => services.AddSingleton<TimeProvider>(clock));
        var user = await fixture.UserWithAsync(100);
        using var browser = app.CreateClient(Guid.Parse(user));
        using var events = await EventReader.OpenAsync(browser);
        Assert.Equal(Balance(1, 100, 0), await events.NextAsync());

        // As a replica leaves it that dies right after its commit.
        await fixture.Database.ExecuteAsync($"UPDATE accounts SET held_cents = 7 WHERE user_id = '{user}'");
        try
        {
            var comments = 0;
            var next = events.NextAsync();
            while (true)
            {
                while (!next.IsCompleted)
                {
                    clock.Advance(TimeSpan.FromSeconds(5));
                    await Task.WhenAny(next, Task.Delay(20));
                }
                if (await next != Comment)
                {
                    break;
                }
                Assert.InRange(++comments, 1, 1000);
                next = events.NextAsync();
            }
            Assert.Equal(Balance(1, 100, 7), await next);
            // Nothing else comes but signs of life.
            next = events.NextAsync();
            while (!next.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await Task.WhenAny(next, Task.Delay(20));
            }
            Assert.Equal(Comment, await next);
        }
        finally
        {
            await fixture.Database.ExecuteAsync($"UPDATE accounts SET held_cents = 0 WHERE user_id = '{user}'");
        }
    }

    private static EventReader.Event Comment { get; } = new("", "", "");

    private static EventReader.Event Balance(long sequence, long cents, long held, bool low = false) =>
        new("balance", $"{sequence}", Data(sequence, cents, held, low));

    private static EventReader.Event LowBalance(long sequence, long cents) => new("low_balance", "", Data(sequence, cents, 0, true));

    private static string Data(long sequence, long cents, long held, bool low) =>
        $$"""{"sequence":{{sequence}},"balance_cents":{{cents}},"held_cents":{{held}},"receivable_cents":"""
        + $$"""0,"frozen":false,"low":{{(low ? "true" : "false")}}}""";
}
