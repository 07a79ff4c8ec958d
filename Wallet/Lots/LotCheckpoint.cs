using System.Text.Json;

namespace ReelBallers.Wallet;

/// <summary>Serializes a <see cref="LotBook"/>; equal books give equal text.</summary>
internal static class LotCheckpoint
{
    private static readonly JsonSerializerOptions Strict =
        new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record State(long LastSequence, LotState[] Lots, HoldState[] Holds);

    private sealed record LotState(
        long Sequence, bool IsBonus, string? StripePaymentId, DateTimeOffset? ExpiresAt, long LeftCents, long HeldCents);

    private sealed record HoldState(string JobId, PortionState[] Portions);

    private sealed record PortionState(long Lot, long Cents);

    public static string Write(LotBook lots) => JsonSerializer.Serialize(new State(
        lots.LastSequence,
        [.. lots.Lots.OrderBy(lot => lot.Sequence).Select(lot =>
            new LotState(lot.Sequence, lot.IsBonus, lot.StripePaymentId, lot.ExpiresAt, lot.LeftCents, lot.HeldCents))],
        [.. lots.Holds.OrderBy(hold => hold.Key, StringComparer.Ordinal).Select(hold =>
            new HoldState(hold.Key, [.. hold.Value.Select(portion => new PortionState(portion.Lot.Sequence, portion.Cents))]))]));

    /// <exception cref="JsonException">The text is no checkpoint.</exception>
    /// <exception cref="LedgerCorruptException">It contradicts itself.</exception>
    public static LotBook Read(string text)
    {
        var state = JsonSerializer.Deserialize<State>(text, Strict) ?? throw new JsonException("There is no checkpoint.");
        var book = new LotBook();
        if (state.Lots.DistinctBy(lot => lot.Sequence).Count() < state.Lots.Length
            || state.Holds.DistinctBy(hold => hold.JobId).Count() < state.Holds.Length)
        {
            throw new LedgerCorruptException("The checkpoint has a lot or a hold twice.");
        }
        foreach (var lot in state.Lots)
        {
            book.Restore(new Lot(lot.Sequence, lot.IsBonus, lot.StripePaymentId, lot.ExpiresAt)
            {
                LeftCents = lot.LeftCents,
                HeldCents = lot.HeldCents
            });
        }
        book.Restore(state.LastSequence, state.Holds.Select(hold =>
            (hold.JobId, hold.Portions.Select(portion => new LotBook.Portion(Find(portion.Lot), portion.Cents)).ToList())));
        return book;

        Lot Find(long sequence) =>
            book.Find(sequence) ?? throw new LedgerCorruptException($"The checkpoint has a hold of lot {sequence}, which is missing.");
    }
}
