using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>One storm. What is bought, refunded and disputed, and when the clock moves, follows from its seed; timing does not.</summary>
internal sealed class Storm : IAsyncDisposable
{
    private const int AtOnce = 12;
    private const int OtherModes = 8;

    private readonly int _seed;
    private readonly Random _random;
    private readonly Action<string> _tell;
    private readonly StormStack _stack;
    private readonly StormPurchases _purchases;
    private readonly StormLives _lives;
    private readonly StormPoison _poison;
    private readonly StormOutage _outage;
    private readonly StormReconciler _reconciler;
    private int _repaired;
    private int _decidedLate;

    private Storm(int seed, Action<string> tell, StormStack stack)
    {
        (_seed, _random, _tell, _stack) = (seed, new Random(seed), tell, stack);
        var users = new StormUsers(stack);
        _purchases = new StormPurchases(_random);
        _lives = new StormLives(stack, users);
        _poison = new StormPoison(stack);
        _outage = new StormOutage(stack, users, _lives, _poison);
        _reconciler = new StormReconciler(stack, _poison);
    }

    public static async Task<Storm> StartAsync(int seed, Action<string> tell) => new(seed, tell, await StormStack.StartAsync());

    /// <summary>Acts of many payments during which the replicas are killed in turn, each followed by an outage.</summary>
    public async Task RageAsync(int acts, int payments)
    {
        await _poison.AddCheckoutsOfAnotherModeAsync(OtherModes);
        await _poison.AddEventsAsync();
        for (var act = 0; act < acts; act++)
        {
            await AddFaultsAsync(act);
            await LoadAsync(act, payments);
            _tell($"Act {act}: {payments} payments; repaired so far: {_reconciler.Repaired}");
            // Longer than Stripe delivers an event again and than the reconciler looks back without its mark, the last one too; and
            // shorter, then Stripe delivers during the next act.
            var days = (acts - act) % 2 == 1 ? 4.5 + (1.5 * _random.NextDouble()) : 0.5 + (2 * _random.NextDouble());
            await _outage.PassAsync(_purchases, TimeSpan.FromDays(days), _random);
            _tell($"Act {act}: back after {days:F1} days");
        }
        _repaired = _reconciler.Repaired;
    }

    /// <summary>Weeks in which banks decide, and then a pause that lets everything come to its end by itself.</summary>
    public async Task CalmAsync()
    {
        await AddFaultsAsync(act: 99);
        for (var week = 0; week < 3; week++)
        {
            _stack.Clock.Move(TimeSpan.FromDays(7));
            _decidedLate += await _outage.DecideAsync(1 + (_lives.Undecided.Count / 4), _random);
        }
        await _stack.Bank.EndFaultsAsync();
        await _reconciler.RoundAsync();
        // What Stripe decided a moment after that.
        await _reconciler.RoundAsync();
    }

    /// <summary>The wallets are as Stripe's objects say, and nothing but the poison is left.</summary>
    public async Task AgreesAsync()
    {
        var (stripe, ledger) = (await StripeBooks.ReadAsync(_stack.Stripe), await LedgerBooks.ReadAsync(_stack.WalletDatabase));
        WasAStorm(stripe, ledger);
        var oracle = new StormOracle(stripe, ledger);
        var findings = oracle.Judge();
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(20)));
        foreach (var user in stripe.Payments.Select(payment => payment.UserId).Distinct())
        {
            var wallet = await _stack.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user.ToString() });
            Assert.Equal(
                (ledger.BalanceOf(user), ledger.OwedBy(user), oracle.IsFrozen(user)),
                (wallet.BalanceCents, wallet.ReceivableCents, wallet.Frozen));
        }
        var credited = stripe.Payments.Count(payment => payment.IsOurs);
        Assert.Equal(credited, await _stack.CountAsync("checkouts where credited_at is not null"));
        Assert.Equal(credited, await _stack.CountAsync("payment_events where type = 1"));
        await new StormLeftovers(_stack, _poison).AreOnlyPoisonAsync();
        using var audit = _stack.Wallet.Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None), "The wallet's audit finds something.");
    }

    /// <summary>What the replicas have logged as errors.</summary>
    public IEnumerable<string> Errors => _stack.Replicas.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal)
        && !line.Contains("cs_live_storm", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _stack.DisposeAsync();
        _poison.Dispose();
    }

    private async Task LoadAsync(int act, int payments)
    {
        var done = 0;
        var victim = act % StormReplicas.Count;
        var killing = KillAsync(victim, () => Volatile.Read(ref done) >= payments / 3);
        var purchases = Enumerable.Range(0, payments).Select(_ => _purchases.Next()).ToList();
        await Parallel.ForEachAsync(purchases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (purchase, _) =>
        {
            await _lives.LiveAsync(purchase);
            Interlocked.Increment(ref done);
        });
        await killing;
    }

    private async Task KillAsync(int replica, Func<bool> isTime)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(isTime()), "the time to kill", TimeSpan.FromMinutes(5));
        await _stack.Replicas.KillAsync(replica);
        _stack.CutWallet();
        // What it held is free again by then.
        _stack.Clock.Move(TimeSpan.FromMinutes(5));
        await _stack.Replicas.StartAsync(replica);
    }

    private async Task AddFaultsAsync(int act)
    {
        var seed = _seed + act;
        await _stack.Bank.FaultAsync("drop_webhook", every: 4, seed);
        await _stack.Bank.FaultAsync("double_webhook", every: 5, seed);
        await _stack.Bank.FaultAsync("delay_webhook", every: 6, seed, delayMs: 700);
        await _stack.Bank.FaultAsync("reorder_webhook", every: 7, seed);
        await _stack.Bank.FaultAsync("status", every: 9, seed, "GET /v1/disputes?", status: 503);
        await _stack.Bank.FaultAsync("cut_after_effect", every: 3, seed, "POST /v1/refunds");
    }

    private void WasAStorm(StripeBooks stripe, LedgerBooks ledger)
    {
        var (refunds, disputes) = (stripe.Payments.Sum(payment => payment.Refunds.Count),
            stripe.Payments.SelectMany(payment => payment.Disputes).GroupBy(dispute => dispute.Status).ToDictionary(
                group => group.Key, group => group.Count()));
        _tell($"{stripe.Payments.Count} paid, {refunds} refunds, disputes: {string.Join(", ", disputes)}; faults: "
            + $"{string.Join(", ", _stack.Bank.Struck)}; {_stack.Replicas.Killed} killed, {_stack.WalletCuts} connections to the Wallet "
            + $"cut; {_repaired} repaired; longest outage {_outage.Longest.TotalDays:F1} days; {_decidedLate} decided weeks later; "
            + $"{_poison.Parked.Count} parked");
        Assert.True(refunds > 20 && disputes.GetValueOrDefault("won") > 2 && disputes.GetValueOrDefault("lost") > 2);
        Assert.Contains(disputes.Keys, status => status.StartsWith("appeal_", StringComparison.Ordinal));
        Assert.Contains("needs_response", disputes.Keys);
        Assert.All(
            ["drop_webhook", "double_webhook", "delay_webhook", "reorder_webhook", "status", "cut_after_effect"],
            kind => Assert.True(_stack.Bank.Struck.GetValueOrDefault(kind) > 0, kind));
        Assert.True(_outage.Longest > TimeSpan.FromDays(4) && _decidedLate > 2 && _repaired > 0 && ledger.HasDebts);
        Assert.True(_stack.Replicas.Killed > StormReplicas.Count && _stack.WalletCuts > 0);
    }
}
