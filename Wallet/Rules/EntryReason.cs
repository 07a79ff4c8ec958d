namespace ReelBallers.Wallet;

/// <summary>Why a transfer happened. The numbers are stored in the database.</summary>
internal enum EntryReason : short
{
    Topup = 1,
    Debit = 2,
    Refund = 3,
    Bonus = 4,
    Clawback = 5,
    Adjustment = 6,
    Expiry = 7,

    /// <summary>Held credits become revenue. The balance does not change, so it is not in the statement.</summary>
    Settlement = 8,

    /// <summary>What was left of a wallet moves into another one.</summary>
    Join = 9,

    /// <summary>The user gave the credits up with the account.</summary>
    Forfeiture = 10,
}
