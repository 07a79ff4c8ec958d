namespace ReelBallers.Payments.Tests;

/// <summary>
/// Hours or days in which no replica runs, while people pay, merchants refund and banks decide. All of it has happened before the first
/// replica is back, so what nothing may be netted for (another currency, a status that Stripe has not documented) was never anything else.
/// </summary>
internal sealed class StormOutage(StormStack stack, StormUsers users, StormLives lives, StormPoison poison)
{
    // Stripe delivers an event again for three days.
    private static readonly TimeSpan StripeGivesUp = TimeSpan.FromDays(3);

    /// <summary>The longest so far.</summary>
    public TimeSpan Longest { get; private set; }

    public async Task PassAsync(StormPurchases purchases, TimeSpan length, Random random)
    {
        var paid = new List<(StormPurchase Purchase, string Url)>();
        foreach (var purchase in Enumerable.Range(0, Changes.Length).Select(_ => purchases.Next()))
        {
            paid.Add((purchase, await users.TopupAsync(purchase)));
        }
        await Task.WhenAll(stack.Replicas.KillAsync(0), stack.Replicas.KillAsync(1));
        await stack.Bank.EndFaultsAsync();
        if (length > StripeGivesUp)
        {
            await stack.Bank.FaultAsync("drop_webhook", every: 1, seed: 0);
        }
        stack.Clock.Move(TimeSpan.FromHours(1));
        var payments = new List<string>();
        foreach (var (_, url) in paid)
        {
            payments.Add(await stack.Bank.PaidAsync(url));
        }
        stack.Clock.Move(TimeSpan.FromHours(1));
        foreach (var (change, index) in Changes.Select((change, index) => (change, index)))
        {
            await change(this, payments[index], paid[index]);
        }
        stack.Clock.Move(length / 2);
        await DecideAsync(lives.Undecided.Count / 3, random);
        stack.Clock.Move((length / 2) - TimeSpan.FromHours(2));
        Longest = length > Longest ? length : Longest;
        await stack.Bank.EndFaultsAsync();
        await stack.Replicas.StartAllAsync();
    }

    /// <summary>The bank decides about that many disputes, the oldest first; returns how many there were.</summary>
    public async Task<int> DecideAsync(int count, Random random)
    {
        var decided = 0;
        while (decided < count && lives.Undecided.TryDequeue(out var dispute))
        {
            await stack.Bank.CloseAsync(dispute, isWon: random.Next(2) == 0);
            decided++;
        }
        return decided;
    }

    private delegate Task Change(StormOutage outage, string payment, (StormPurchase Purchase, string Url) paid);

    // What becomes of each payment.
    private static readonly Change[] Changes =
    [
        (_, _, _) => Task.CompletedTask,
        (outage, payment, _) => outage.Bank.RefundAsync(payment),
        (outage, payment, paid) => outage.Bank.RefundAsync(payment, paid.Purchase.Cents / 3),
        async (outage, payment, _) => outage.Undecided(await outage.Bank.DisputeAsync(payment)),
        async (outage, payment, _) => await outage.Bank.CloseAsync(await outage.Bank.DisputeAsync(payment), isWon: false),
        async (outage, payment, _) => await outage.Bank.CloseAsync(await outage.Bank.DisputeAsync(payment), isWon: true),
        // Appeals that are never decided.
        async (outage, payment, _) => await outage.AppealAsync(payment),
        async (outage, payment, _) => await outage.Bank.ReviewAsync(await outage.AppealAsync(payment)),
        (outage, payment, paid) => outage.Poison.PayInForeignCurrencyAsync(payment, StormBank.SessionIdOf(paid.Url)),
        (outage, payment, paid) => outage.Poison.RefundInForeignCurrencyAsync(payment, paid.Purchase.Cents / 2),
        (outage, payment, _) => outage.Poison.DisputeInForeignCurrencyAsync(payment),
        (outage, payment, _) => outage.Poison.DisputeWithUnknownStatusAsync(payment),
    ];

    private StormBank Bank => stack.Bank;

    private StormPoison Poison => poison;

    private async Task<string> AppealAsync(string payment)
    {
        var dispute = await Bank.DisputeAsync(payment);
        await Bank.CloseAsync(dispute, isWon: false);
        await Bank.AppealAsync(dispute);
        return dispute;
    }

    private void Undecided(string dispute) => lives.Undecided.Enqueue(dispute);
}
