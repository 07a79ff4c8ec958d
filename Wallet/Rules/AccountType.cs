namespace ReelBallers.Wallet;

/// <summary>
/// The accounts that transfers move money between. Each user has one of every type; together they always sum to zero.
/// The numbers stand in the database.
/// </summary>
internal enum AccountType : short
{
    /// <summary>What the user can spend: what we owe them.</summary>
    Wallet = 1,

    /// <summary>Set aside for jobs that have not ended.</summary>
    Held = 2,

    /// <summary>Earned.</summary>
    Revenue = 3,

    /// <summary>Cash in, by Stripe.</summary>
    Stripe = 4,

    /// <summary>Given away: bonuses and adjustments.</summary>
    Promo = 5,

    /// <summary>What a user owes us after a clawback of credits that were spent.</summary>
    Receivable = 6,
}
