using System.Net;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class WatchBalanceTests(WalletFixture fixture)
{
    private const string Listeners = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'listen wallet_balance'";

    // The other replica's clock stands still, so that it never looks by itself.
    [Fact]
    public async Task A_change_at_one_replica_is_seen_at_another()
    {
        await using var other = await StartReplicaAsync(new ManualClock());
        var user = await fixture.UserWithAsync(100);
        using var watch = Watch(new Client(other.Invoker()), user, low: 80);

        Assert.Equal(Event(1, 100), await NextAsync(watch));
        await fixture.Wallet.DebitAsync(Requests.Debit(user, "debit", 20));
        Assert.Equal(Event(2, 80), await NextAsync(watch));
        await fixture.Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 30));
        Assert.Equal(Event(3, 50, 30, low: true), await NextAsync(watch));
    }

    [Fact]
    public async Task A_watch_outlives_the_connection_that_listens()
    {
        var clock = new ManualClock();
        await using var other = await StartReplicaAsync(clock);
        await using var hints = await HintListener.OpenAsync(fixture.Database);
        var user = await fixture.UserWithAsync(100);
        using var watch = Watch(new Client(other.Invoker()), user);
        Assert.Equal(Event(1, 100), await NextAsync(watch));

        for (var round = 2; round < 5; round++)
        {
            await Eventually.IsTrueAsync(
                async () => await fixture.Database.ScalarAsync<long>($"SELECT count(*) {Listeners}") == 2, "both replicas listen");
            await fixture.Database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Listeners}");
            // Told while the other replica does not listen: it tries again when its clock moves.
            hints.Payloads.Clear();
            await fixture.Wallet.DebitAsync(Requests.Debit(user, $"debit{round}", 1));
            await Eventually.IsTrueAsync(() => Task.FromResult(hints.Users.Contains(Guid.Parse(user))), "the change is told");
            var next = NextAsync(watch);
            for (var step = 0; step < 40 && !next.IsCompleted; step++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                await Task.WhenAny(next, Task.Delay(100));
            }
            Assert.Equal(Event(round, 101 - round), await next);
        }
    }

    [Fact]
    public async Task A_slow_reader_gets_the_latest_and_delays_no_other_reader()
    {
        var user = await fixture.UserWithAsync(1000);
        using var slow = Watch(fixture.Wallet, user);
        using var quick = Watch(fixture.Wallet, user);
        var watches = fixture.App.Services.GetRequiredService<BalanceWatches>();
        using var stuck = watches.TryAdd(Guid.Parse(user))!;
        Assert.Equal(1000, (await stuck.FirstAsync(CancellationToken.None))!.Value.BalanceCents);

        for (var n = 1; n <= 200; n++)
        {
            await fixture.Wallet.DebitAsync(Requests.Debit(user, $"debit{n}", 1));
        }

        Assert.InRange(await ReadUntilAsync(quick, 800), 1, 201);
        Assert.InRange(await ReadUntilAsync(slow, 800), 1, 201);
        // What was read last may be on its way to it still.
        var state = await stuck.NextAsync(CancellationToken.None);
        while (state!.Value.BalanceCents != 800)
        {
            state = await stuck.NextAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_watch_keeps_the_latest_state_only()
    {
        var watches = new BalanceWatches(TimeProvider.System);
        var user = Guid.NewGuid();
        using var first = watches.TryAdd(user)!;
        using var second = watches.TryAdd(user)!;
        for (var n = 1; n <= 1000; n++)
        {
            watches.Offer(user, new WalletState(n, n, 0, 0, false));
        }

        Assert.Equal(1000, (await first.NextAsync(CancellationToken.None))!.Value.Sequence);
        Assert.Equal(1000, (await second.NextAsync(CancellationToken.None))!.Value.Sequence);
        Assert.False(first.NextAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_user_has_so_many_watches_and_no_more()
    {
        var user = Guid.NewGuid();
        using var browser = fixture.App.CreateClient(user);
        var open = new List<AsyncServerStreamingCall<BalanceEvent>>();
        for (var n = 0; n < BalanceWatches.MaxPerUser; n++)
        {
            open.Add(Watch(fixture.Wallet, user.ToString()));
            await NextAsync(open[n]);
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => NextAsync(Watch(fixture.Wallet, user.ToString())));
        Assert.Equal((StatusCode.ResourceExhausted, "too_many_streams"), (refusal.StatusCode, refusal.ErrorCode()!));
        using var answer = await browser.GetAsync("/api/wallet/events");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("\"code\":\"too_many_streams\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var other = Watch(fixture.Wallet, Guid.NewGuid().ToString());
        await NextAsync(other);

        open[0].Dispose();
        var again = await Eventually.BecomesAsync(
            async () =>
            {
                var call = Watch(fixture.Wallet, user.ToString());
                try
                {
                    await NextAsync(call);
                    return call;
                }
                catch (RpcException)
                {
                    return null;
                }
            }, call => call is not null, "the place is free again");
        open.Add(again!);
        open.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task A_balance_without_watchers_is_removed_from_memory()
    {
        await using var app = await fixture.StartServiceAsync();
        var watches = app.Services.GetRequiredService<BalanceWatches>();
        var user = await fixture.UserWithAsync(100);
        var call = Watch(new Client(app.Invoker()), user);
        await NextAsync(call);
        using var browser = app.CreateClient(Guid.Parse(user));
        var events = await EventReader.OpenAsync(browser);
        await events.NextAsync();
        Assert.Equal(2, watches.Count);

        call.Dispose();
        events.Dispose();

        await Eventually.IsTrueAsync(() => Task.FromResult(watches.Count == 0), "no watch is left");
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_and_does_not_wait_for_them()
    {
        await using var app = await ServiceApp.StartAsync("Wallet",
            new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
            services => services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1)));
        var user = await fixture.UserWithAsync(100);
        using var watch = Watch(new Client(app.Invoker()), user);
        using var browser = app.CreateClient(Guid.Parse(user));
        using var events = await EventReader.OpenAsync(browser);
        await NextAsync(watch);
        await events.NextAsync();

        await app.Services.GetRequiredService<IHost>().StopAsync().WaitAsync(TimeSpan.FromSeconds(60));

        var end = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal((StatusCode.Unavailable, "shutting_down"), (end.StatusCode, end.ErrorCode()!));
        Assert.Null(await events.NextAsync());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("x", 0)]
    [InlineData("11111111-1111-1111-1111-111111111111", -1)]
    [InlineData("11111111-1111-1111-1111-111111111111", long.MaxValue)]
    public async Task A_bad_watch_is_rejected(string user, long low)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => NextAsync(Watch(fixture.Wallet, user, low)));
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()!));
    }

    private Task<ServiceApp> StartReplicaAsync(TimeProvider clock) => ServiceApp.StartAsync("Wallet",
        new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = fixture.Database.ConnectionString },
        services => services.AddSingleton(clock));

    private static AsyncServerStreamingCall<BalanceEvent> Watch(Client wallet, string user, long low = 0) =>
        wallet.WatchBalance(new WatchBalanceRequest { UserId = user, LowBalanceCents = low });

    private static async Task<BalanceEvent> NextAsync(AsyncServerStreamingCall<BalanceEvent> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)),
            "The stream has ended.");
        return watch.ResponseStream.Current;
    }

    private static async Task<int> ReadUntilAsync(AsyncServerStreamingCall<BalanceEvent> watch, long balanceCents)
    {
        for (var count = 1; ; count++)
        {
            if ((await NextAsync(watch)).BalanceCents == balanceCents)
            {
                return count;
            }
        }
    }

    private static BalanceEvent Event(long sequence, long cents, long held = 0, bool low = false) =>
        new() { Sequence = sequence, BalanceCents = cents, HeldCents = held, Low = low };
}
