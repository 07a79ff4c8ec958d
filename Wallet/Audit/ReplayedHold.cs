namespace ReelBallers.Wallet;

/// <summary>What the transfers of one job say about its hold.</summary>
internal sealed record ReplayedHold(long PlacedCents, long SettledCents, long RefundedCents, long? PlacedSequence, long? EndSequence)
{
    /// <summary>Before its first transfer.</summary>
    public static ReplayedHold Empty { get; } = new(0, 0, 0, null, null);

    /// <summary>Whether something is still held.</summary>
    public bool IsOpen => PlacedCents != SettledCents + RefundedCents;

    /// <summary>With its next transfer.</summary>
    public ReplayedHold Add(Transfer transfer) => transfer switch
    {
        { CreditAccount: AccountType.Held } =>
            this with { PlacedCents = PlacedCents + transfer.AmountCents, PlacedSequence = PlacedSequence ?? transfer.Sequence },
        { CreditAccount: AccountType.Wallet } =>
            this with { RefundedCents = RefundedCents + transfer.AmountCents, EndSequence = EndSequence ?? transfer.Sequence },
        _ => this with { SettledCents = SettledCents + transfer.AmountCents, EndSequence = EndSequence ?? transfer.Sequence },
    };

    /// <summary>How the stored hold differs; null when it agrees.</summary>
    public string? DifferenceFrom(Hold hold)
    {
        var cents = (PlacedCents, SettledCents, RefundedCents);
        var expected = hold.State == HoldState.Open
            ? (hold.AmountCents, 0, 0)
            : (hold.AmountCents, hold.SettledCents, hold.RefundedCents);
        if (cents != expected)
        {
            return $"held, settled and refunded should be {expected} and are {cents}.";
        }
        // A replica of an older version does not name them.
        return (hold.PlacedSequence ?? PlacedSequence, hold.EndSequence ?? EndSequence) == (PlacedSequence, EndSequence)
            ? null
            : $"it names the transfers {hold.PlacedSequence} and {hold.EndSequence}; they are {PlacedSequence} and {EndSequence}.";
    }
}
