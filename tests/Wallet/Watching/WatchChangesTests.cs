using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Which wallets have changed, and many balances by one call.</summary>
[Collection("Wallet")]
public sealed class WatchChangesTests(WalletFixture fixture)
{
    [Fact]
    public async Task A_stream_begins_with_all_and_names_the_users_that_change_at_any_replica()
    {
        await using var other = await ServiceApp.StartAsync(
            "Wallet", [new("ConnectionStrings:walletdb", fixture.Database.ConnectionString)]);
        using var changes = new Client(other.Invoker()).WatchChanges(new WatchChangesRequest());
        Assert.True((await NextAsync(changes)).All);

        // Once the replica listens, it may say all a second time.
        Assert.True(await NamesAsync(changes) || await NamesAsync(changes), "The stream says all whenever a wallet changes.");
    }

    [Fact]
    public async Task A_slow_reader_is_told_of_each_user_once_and_of_all_when_it_is_far_behind()
    {
        var watches = new ChangeWatches();
        using var watch = watches.Add();
        Assert.Null(await TakeAsync(watch));
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        watches.Add([first, second]);
        watches.Add([first]);

        Assert.Equal(new[] { first, second }.Order(), (await TakeAsync(watch))!.Order());
        var next = TakeAsync(watch);
        Assert.False(next.IsCompleted);
        watches.Add([second]);
        Assert.Equal([second], (await next)!);

        using var behind = watches.Add();
        await TakeAsync(behind);
        watches.Add([.. Enumerable.Range(0, 100_001).Select(_ => Guid.NewGuid())]);
        watches.Add([first]);
        Assert.Null(await TakeAsync(behind));
    }

    [Fact]
    public async Task The_balances_of_many_users_come_in_their_order()
    {
        var (rich, none, frozen) = (await fixture.UserWithAsync(700), Guid.NewGuid().ToString(), await fixture.UserWithAsync(5));
        await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = frozen, Reference = "test" });

        var answer = await fixture.Wallet.GetBalancesAsync(new GetBalancesRequest { UserIds = { frozen, none, rich, frozen } });

        Assert.Equal(
            [(frozen, 5L, true), (none, 0L, false), (rich, 700L, false), (frozen, 5L, true)],
            answer.Balances.Select(balance => (balance.UserId, balance.BalanceCents, balance.Frozen)));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "x")]
    [InlineData(1_001, "11111111-1111-1111-1111-111111111111")]
    public async Task Wrong_users_are_rejected(int count, string user)
    {
        var request = new GetBalancesRequest();
        request.UserIds.AddRange(Enumerable.Repeat(user, count));

        var rejection = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Wallet.GetBalancesAsync(request));

        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (rejection.StatusCode, rejection.ErrorCode()!));
    }

    // Changes a wallet. False: the stream says all and does not name its user.
    private async Task<bool> NamesAsync(AsyncServerStreamingCall<ChangedWallets> changes)
    {
        var user = await fixture.UserWithAsync(100);
        ChangedWallets next;
        do
        {
            next = await NextAsync(changes);
        }
        while (!next.All && !next.UserIds.Contains(user));
        return !next.All;
    }

    private static Task<Guid[]?> TakeAsync(ChangeWatch watch) =>
        watch.TakeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

    private static async Task<ChangedWallets> NextAsync(AsyncServerStreamingCall<ChangedWallets> changes)
    {
        Assert.True(
            await changes.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)), "The stream has ended.");
        return changes.ResponseStream.Current;
    }
}
