namespace ReelBallers.Payments.Tests;

/// <summary>What a payment of the storm buys. Everything in it follows from the seed.</summary>
/// <param name="Key">Names it; the idempotency key of the top-up.</param>
/// <param name="UserId">The buyer.</param>
/// <param name="Pack">A pack of the catalog; null for a free amount.</param>
/// <param name="Cents">The price.</param>
/// <param name="Random">Decides what becomes of it.</param>
internal sealed record StormPurchase(string Key, Guid UserId, string? Pack, long Cents, Random Random);

/// <summary>Draws the purchases. Each has its own price, so that none reuses the session of another.</summary>
internal sealed class StormPurchases(Random random)
{
    private const int Sharers = 40;

    private readonly Guid[] _sharers = [.. Enumerable.Range(0, Sharers).Select(_ => NewId(random))];
    private int _count;

    /// <summary>
    /// Two of three are made by users who buy often, so that one payment pays the debt of another. The others are the only ones of their
    /// user: what that user owes and has left follows from the one payment.
    /// </summary>
    public StormPurchase Next()
    {
        var number = _count++;
        var isOnly = number % 3 == 0;
        var (pack, cents) = (isOnly, number % 4) switch
        {
            (true, 1) => ("starter", 500L),
            (true, 2) => ("pro", 2_000L),
            (true, 3) => ("max", 3_500L),
            _ => (null, 100L + (number * 7)),
        };
        return new StormPurchase(
            FormattableString.Invariant($"storm-{number}"), isOnly ? NewId(random) : _sharers[number % Sharers], pack, cents,
            new Random(random.Next()));
    }

    private static Guid NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
