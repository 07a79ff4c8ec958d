namespace ReelBallers.Wallet;

/// <summary>
/// The accounts that transfers move money between. Each user has one of every type; together they always sum to zero.
/// The numbers are stored in the database.
/// </summary>
internal enum AccountType : short
{
    /// <summary>What the user can spend.</summary>
    Wallet = 1,

    /// <summary>Reserved for jobs that have not ended.</summary>
    Held = 2,

    /// <summary>Earned by delivered jobs, debits and expired credits.</summary>
    Revenue = 3,

    /// <summary>Payments received through Stripe.</summary>
    Stripe = 4,

    /// <summary>Bonuses and adjustments.</summary>
    Promo = 5,

    /// <summary>What the user owes after a clawback of credits that were already spent.</summary>
    Receivable = 6,
}
