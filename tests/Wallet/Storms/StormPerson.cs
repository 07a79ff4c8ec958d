using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.TestKit;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// A person with two browsers, an account and perhaps a second one. All of them are used at the same time, before and after their
/// wallets are joined; in the end the last one has everything.
/// </summary>
internal sealed partial class StormPerson
{
    private const int ActsPerWallet = 10;

    // Which wallets each wallet is joined into, in order: two browsers into the account; the second browser into the first one;
    // both browsers into each other and into the account; and the account into a second one.
    private static readonly int[][][] Ways = [[[2], [2], []], [[2], [0], []], [[1, 2], [0, 2], []], [[2], [2], [3], []]];

    private readonly Replicas _replicas;
    private readonly int[][] _joins;
    private readonly string[] _wallets;
    private readonly StormAct[][] _acts;
    private readonly Timestamp _expiry = TimeProvider.System.GetUtcNow().AddDays(30).ToTimestamp();
    private readonly ConcurrentBag<StormPayment> _payments = [];
    private readonly ConcurrentBag<(string User, string Key)> _keys = [];
    private long _spent;
    private int _done;

    public StormPerson(int seed, int number, Replicas replicas)
    {
        var random = new Random(seed * 10_000 + number);
        _replicas = replicas;
        _joins = Ways[number % Ways.Length];
        _wallets = [.. _joins.Select(_ => NewId(random))];
        _acts = [.. _joins.Select(_ => StormAct.Draw(random, ActsPerWallet))];
    }

    /// <summary>The keys of the commands that were executed, by user.</summary>
    public IEnumerable<(string User, string Key)> Keys => _keys;

    /// <summary>How many acts are over.</summary>
    public int Acts => Volatile.Read(ref _done);

    /// <summary>How many there will be.</summary>
    public int PlannedActs => _wallets.Length * ActsPerWallet;

    public Task LiveAsync() => Task.WhenAll(Enumerable.Range(0, _wallets.Length).Select(UseAsync));

    private async Task UseAsync(int number)
    {
        var later = new List<Task>();
        for (var n = 0; n < ActsPerWallet; n++)
        {
            var (user, act, name) = (_wallets[number], _acts[number][n], $"{number}-{n}");
            switch (act.Kind)
            {
                case StormActKind.Pay:
                    later.Add(ReverseAsync(await PayAsync(user, name, act), act.Fate));
                    break;
                case StormActKind.Spend:
                    await SpendAsync(user, name, act.Cents);
                    break;
                case StormActKind.Job when await HoldAsync(user, name, act.Cents):
                    await EndAsync(user, name, act.CostCents);
                    break;
                case StormActKind.SignIn:
                    later.Add(SignInAsync(number, name, act));
                    break;
            }
            Interlocked.Increment(ref _done);
        }
        await Task.WhenAll(later);
    }

    private async Task SpendAsync(string user, string name, long cents)
    {
        if (await IsDoneAsync(wallet => wallet.DebitAsync(Requests.Debit(user, name, cents))))
        {
            _keys.Add((user, name));
            Interlocked.Add(ref _spent, cents);
        }
    }

    private async Task<bool> HoldAsync(string user, string name, long cents)
    {
        if (!await IsDoneAsync(wallet => wallet.PlaceHoldAsync(Requests.Place(user, name, cents, name))))
        {
            return false;
        }
        _keys.Add((user, name));
        return true;
    }

    // It has a hold, and a wallet with one is not joined: nothing can prevent it.
    private async Task EndAsync(string user, string name, long costCents)
    {
        var key = $"{name}-end";
        _ = costCents > 0
            ? (await _replicas.OutcomeAsync(wallet => wallet.SettleHoldAsync(Requests.Settle(user, key, costCents, name)))).Code
            : (await _replicas.OutcomeAsync(wallet => wallet.ReleaseHoldAsync(Requests.Release(user, key, name)))).Code;
        _keys.Add((user, key));
        Interlocked.Add(ref _spent, costCents);
    }

    // While a job runs, if there are credits for one: the join waits for it.
    private async Task SignInAsync(int number, string name, StormAct act)
    {
        var user = _wallets[number];
        var runs = await HoldAsync(user, name, act.Cents);
        var job = Task.CompletedTask;
        foreach (var into in _joins[number].Select(other => _wallets[other]))
        {
            var key = $"join-{into}";
            if (runs)
            {
                Assert.Contains(await JoinAsync(user, into, key), new[] { "holds_open", "join_cycle" });
                (runs, job) = (false, EndAsync(user, name, act.CostCents));
            }
            await Eventually.BecomesAsync(() => JoinAsync(user, into, key), code => code != "holds_open", "the holds are closed");
        }
        await job;
        if (runs)
        {
            await EndAsync(user, name, act.CostCents);
        }
    }

    private async Task<string> JoinAsync(string from, string into, string key) => (await _replicas.OutcomeAsync(
        wallet => wallet.JoinWalletsAsync(Requests.Join(from, into, key)), "holds_open", "join_cycle", "already_joined")).Code;

    private async Task<bool> IsDoneAsync<T>(Func<Client, AsyncUnaryCall<T>> call)
        where T : class =>
        (await _replicas.OutcomeAsync(call, "insufficient_funds", "wallet_frozen", "wallet_joined")).Code == "ok";

    private static string NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
