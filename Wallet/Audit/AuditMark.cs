using System.Text.Json;

namespace ReelBallers.Wallet;

/// <summary>A verified state of a wallet's books, from which the next audit continues.</summary>
/// <param name="Account">The wallet, with the sequence and chain hash of its last verified transfer.</param>
/// <param name="SystemCents">The sum of the user's part of the system's accounts.</param>
/// <param name="Lots">The remaining lots.</param>
/// <param name="Holds">The open holds by job.</param>
/// <param name="Payments">The credits of all payments.</param>
/// <param name="Joins">What the transfers say about joins.</param>
internal sealed record AuditMark(
    Account Account, long SystemCents, LotBook Lots, IReadOnlyDictionary<string, ReplayedHold> Holds,
    IReadOnlyList<PaymentCredits> Payments, JoinSums Joins)
{
    private static readonly JsonSerializerOptions Strict =
        new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record Stored(
        Account Account, long SystemCents, string Lots, IReadOnlyDictionary<string, ReplayedHold> Holds,
        IReadOnlyList<PaymentCredits> Payments, JoinSums? Joins = null);

    public string Write() => JsonSerializer.Serialize(new Stored(Account, SystemCents, LotCheckpoint.Write(Lots), Holds, Payments, Joins));

    /// <exception cref="JsonException">The text is no mark.</exception>
    public static AuditMark Read(string text)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text, Strict) ?? throw new JsonException("There is no mark.");
        // Marks that an earlier version has saved have none.
        return new AuditMark(
            stored.Account, stored.SystemCents, LotCheckpoint.Read(stored.Lots), stored.Holds, stored.Payments,
            stored.Joins ?? JoinSums.None);
    }
}
