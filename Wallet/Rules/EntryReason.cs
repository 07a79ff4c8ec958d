namespace ReelBallers.Wallet;

/// <summary>Why a transfer happened. The numbers stand in the database.</summary>
internal enum EntryReason : short
{
    Topup = 1,
    Debit = 2,
    Refund = 3,
    Bonus = 4,
    Clawback = 5,
    Adjustment = 6,
    Expiry = 7,

    /// <summary>Held becomes revenue: no movement of the wallet's balance, so no line in a statement.</summary>
    Settlement = 8,
}
