namespace ReelBallers.Wallet.Tests;

/// <summary>What a person does with one wallet.</summary>
internal enum StormActKind
{
    Pay,
    Spend,
    Job,
    SignIn,
}

/// <summary>What becomes of a payment.</summary>
internal enum StormFate
{
    Kept,
    RefundedInParts,
    Refunded,
    DisputeWon,
    DisputeLost,
}

/// <summary>One act, as it was drawn.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Cents">Paid, spent or held.</param>
/// <param name="BonusCents">The bonus of a payment.</param>
/// <param name="CostCents">What a job costs of what it holds; 0 for one that fails.</param>
/// <param name="Fate">Of a payment.</param>
internal sealed record StormAct(StormActKind Kind, long Cents, long BonusCents, long CostCents, StormFate Fate)
{
    /// <summary>A payment first, one sign-in among the others.</summary>
    public static StormAct[] Draw(Random random, int count)
    {
        var signIn = random.Next(2, count - 1);
        return [.. Enumerable.Range(0, count).Select(n => Draw(random, n == 0, n == signIn))];
    }

    private static StormAct Draw(Random random, bool isFirst, bool isSignIn)
    {
        var kind = isFirst ? StormActKind.Pay : isSignIn ? StormActKind.SignIn : (StormActKind)random.Next(3);
        var cents = random.Next(10, kind == StormActKind.Pay ? 2_000 : 300);
        return new StormAct(
            kind, cents, random.Next(2, 200), random.Next(0, cents), random.Next(3) == 0 ? (StormFate)random.Next(5) : StormFate.Kept);
    }
}

/// <summary>A payment and what was taken back of it.</summary>
/// <param name="User">Who has paid.</param>
/// <param name="Id">Stripe's id.</param>
/// <param name="PaidCents">The credits that were paid for.</param>
/// <param name="BonusCents">The bonus.</param>
internal sealed record StormPayment(string User, string Id, long PaidCents, long BonusCents)
{
    public long PaidTakenCents { get; set; }

    public long BonusTakenCents { get; set; }

    /// <summary>Whether a dispute of it was won.</summary>
    public bool IsReinstated { get; set; }

    public long LeftCents => PaidCents + BonusCents - PaidTakenCents - BonusTakenCents;
}
